using System;
using System.IO;
using Hub.Simulator.Virtual;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Virtual;

[TestClass]
public sealed class VirtualStorageTests
{
    // What OctoPrint 1.10.3 made of the same names.
    [TestMethod]
    [DataRow("plain.gcode", "plain.gcode")]
    [DataRow("my first  print (1).gcode", "my first  print (1).gcode")]
    [DataRow("Größe_日本_é.gcode", "Größe_日本_é.gcode")]
    [DataRow(".hidden.gcode", "hidden.gcode")]
    [DataRow("tab\there.gcode", "tabhere.gcode")]
    [DataRow("a:b*c?.gcode", "abc.gcode")]
    [DataRow("end. ", "end")]
    [DataRow("con.gcode", "con_.gcode")]
    [DataRow("%2e%2e", "%2e%2e")]
    [DataRow("..", null)]
    [DataRow("", null)]
    [DataRow("a/b", null)]
    [DataRow("a\\b", null)]
    public void SanitizeName_Table_LikeOctoPrint(string name, string? expected) => Assert.AreEqual(expected, VirtualStorage.SanitizeName(name));

    [TestMethod]
    [DataRow("", "")]
    [DataRow("/a/b/", "a/b")]
    [DataRow("a/./b", "a/b")]
    [DataRow("a/../b", "b")]
    [DataRow("..", null)]
    [DataRow("a/../../b", null)]
    [DataRow("../../etc", null)]
    [DataRow("a\\..\\b", null)]
    public void SanitizeFolder_Table_NeverLeaves(string path, string? expected) => Assert.AreEqual(expected, VirtualStorage.SanitizeFolder(path));

    [TestMethod]
    [DataRow("../outside.txt")]
    [DataRow("../files/inside.gcode")]
    [DataRow("/inside.gcode")]
    [DataRow("./inside.gcode")]
    [DataRow("")]
    [DataRow("..")]
    public void Find_OddPath_GivesNull(string path)
    {
        string folder = Directory.CreateTempSubdirectory("hub-test-").FullName;
        try
        {
            VirtualStorage storage = new(folder);
            File.WriteAllText(Path.Combine(storage.Root, "inside.gcode"), "x");
            File.WriteAllText(Path.Combine(folder, "outside.txt"), "x");
            Assert.IsNotNull(storage.Find("inside.gcode"));
            Assert.IsNull(storage.Find(path));
            Assert.ThrowsExactly<ArgumentException>(() => storage.Delete("../outside.txt"));
            Assert.IsTrue(File.Exists(Path.Combine(folder, "outside.txt")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
