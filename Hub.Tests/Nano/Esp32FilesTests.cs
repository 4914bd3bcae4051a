using Hub.Core.Hal;
using Hub.Hal.Esp32S3;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Nano;

/// <summary>The storage on the runtime's littlefs drive.</summary>
[TestClass]
public class Esp32FilesTests
{
    private const string Root = "I:\\nvs-test";

    private static byte[] Bytes(int length, int first)
    {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++)
        {
            bytes[i] = (byte)(first + i);
        }

        return bytes;
    }

    [TestMethod]
    public void Write_ShorterOverLonger_ReadsBackExactlyWhatWasWritten()
    {
        Esp32Files files = new Esp32Files(Root);
        Assert.IsTrue(files.Read("none_", "x_0") == null);
        Assert.AreEqual(0, files.List("none_").Length);
        int[] lengths = { 5000, 1, 20000, 0, 300 };
        for (int i = 0; i < lengths.Length; i++)
        {
            files.Write("a_", "x_0", Bytes(lengths[i], i));
            byte[] read = new Esp32Files(Root).Read("a_", "x_0")!;
            Assert.AreEqual(lengths[i], read.Length);
            for (int j = 0; j < read.Length; j++)
            {
                Assert.AreEqual((byte)(i + j), read[j]);
            }
        }

        files.Write("a_", "y_1", Bytes(3, 0));
        Assert.AreEqual(2, files.List("a_").Length);
        files.Remove("a_", "x_0");
        files.Remove("a_", "x_0");
        files.Remove("none_", "x_0");
        string[] left = files.List("a_");
        Assert.AreEqual(1, left.Length);
        Assert.AreEqual("y_1", left[0]);
        files.Remove("a_", "y_1");
    }

    [TestMethod]
    public void SlotNvs_OnFiles_KeepsValuesAcrossObjects()
    {
        SlotNvs nvs = new SlotNvs(new Esp32Files(Root));
        nvs.Write("config", "printers.json", Bytes(1000, 1));
        nvs.Write("config", "printers.json", Bytes(2000, 2));
        nvs.Write("config", "cloud.json", Bytes(10, 3));
        SlotNvs again = new SlotNvs(new Esp32Files(Root));
        Assert.AreEqual(2000, again.Read("config", "printers.json")!.Length);
        Assert.AreEqual(2, again.Keys("config").Length);
        again.Delete("config", "printers.json");
        Assert.IsTrue(nvs.Read("config", "printers.json") == null);
        again.Delete("config", "cloud.json");
        Assert.AreEqual(0, again.Keys("config").Length);
        Assert.IsTrue(again.IsHealthy);
    }
}
