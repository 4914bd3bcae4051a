using System;
using System.IO;
using System.Threading;
using Hub.Core.Errors;
using Hub.Simulator.Cli;
using Hub.Simulator.Hosting;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cli;

[TestClass]
public sealed class FileUploadSourceTests : IDisposable
{
    private readonly CliTestBed _bed = new();

    private string FilePath => _bed.PathOf("part.gcode");

    public void Dispose() => _bed.Dispose();

    [TestMethod]
    public void Open_MissingEmptyOrFolder_SaysWhich()
    {
        File.WriteAllBytes(FilePath, []);

        AssertOpenFails(FilePath, "is empty");
        AssertOpenFails(_bed.Folder, "is a folder, not a file");
        AssertOpenFails(_bed.PathOf("none.gcode"), "there is no file");
        AssertOpenFails(_bed.PathOf("none/none.gcode"), "there is no file");
        AssertOpenFails("", "name is empty");
    }

    [TestMethod]
    public void Open_PipeOrDevice_IsRefusedAtOnce()
    {
        File.CreateSymbolicLink(_bed.PathOf("link"), _bed.MakePipe("pipe"));

        AssertOpenFails(_bed.PathOf("pipe"), "not a regular file");
        AssertOpenFails(_bed.PathOf("link"), "not a regular file");
        AssertOpenFails("/dev/zero", "not a regular file");
    }

    [TestMethod]
    public void Open_LinkToAFile_IsThatFile()
    {
        File.WriteAllText(FilePath, "G28");
        File.CreateSymbolicLink(_bed.PathOf("link"), FilePath);

        using FileUploadSource source = FileUploadSource.Open(_bed.PathOf("link"), CancellationToken.None);

        Assert.AreEqual(3, source.Length);
    }

    [TestMethod]
    public void Read_WholeFile_GivesEveryByteOnceAndThenZero()
    {
        byte[] content = new byte[100_000];
        new Random(1).NextBytes(content);
        File.WriteAllBytes(FilePath, content);
        using FileUploadSource source = FileUploadSource.Open(FilePath, CancellationToken.None);
        byte[] read = new byte[content.Length];

        int position = 0;
        while (position < read.Length)
        {
            position += source.Read(read, position, Math.Min(16384, read.Length - position), 0);
        }

        Assert.AreEqual(content.Length, source.Length);
        CollectionAssert.AreEqual(content, read);
        Assert.AreEqual(0, source.Read(read, 0, read.Length, 0));
    }

    [TestMethod]
    public void Read_FileGrows_IsNoticed() => AssertChangeIsNoticed(() => File.AppendAllText(FilePath, "more"));

    [TestMethod]
    public void Read_FileShrinks_IsNoticed() => AssertChangeIsNoticed(() => Rewrite("short", DateTime.UtcNow));

    [TestMethod]
    public void Read_FileRewrittenInSameSize_IsNoticed() =>
        AssertChangeIsNoticed(() => Rewrite(new string('y', 1000), DateTime.UtcNow.AddMinutes(1)));

    private void AssertChangeIsNoticed(Action change)
    {
        File.WriteAllText(FilePath, new string('x', 1000));
        using FileUploadSource source = FileUploadSource.Open(FilePath, CancellationToken.None);
        byte[] buffer = new byte[400];
        Assert.AreEqual(400, source.Read(buffer, 0, 400, 0));

        change();

        int given = 400;
        HubException e = Assert.ThrowsExactly<HubException>(() =>
        {
            int read;
            while ((read = source.Read(buffer, 0, 400, 0)) > 0)
            {
                given += read;
            }
        });
        Assert.AreEqual(ErrorCode.SourceChanged, e.Code);
        Assert.IsTrue(given < 1000, "the last bytes are not given away, so that no upload is completed");
    }

    private void Rewrite(string text, DateTime timeUtc)
    {
        using (FileStream file = new(FilePath, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.SetLength(text.Length);
            file.Write(System.Text.Encoding.ASCII.GetBytes(text));
        }

        File.SetLastWriteTimeUtc(FilePath, timeUtc);
    }

    private static void AssertOpenFails(string path, string message)
    {
        HubException e = Assert.ThrowsExactly<HubException>(() => FileUploadSource.Open(path, CancellationToken.None));
        Assert.AreEqual(ErrorCode.SourceFailed, e.Code);
        StringAssert.Contains(e.Message, message);
    }
}
