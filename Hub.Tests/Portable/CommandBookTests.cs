using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Tunnel;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>A command of the cloud has one answer, whatever happens to the hub.</summary>
[TestClass]
public class CommandBookTests
{
    private readonly CutNvs _nvs = new CutNvs();
    private readonly LastLine _lines = new LastLine();

    [TestMethod]
    public void Begin_SameId_IsNewOnce()
    {
        CommandBook book = Open();
        Assert.IsFalse(book.Begin("c1", out bool isNew).IsEnded);
        Assert.IsTrue(isNew);
        book.Begin("c1", out isNew);
        Assert.IsFalse(isNew);
        Assert.IsTrue(book.End("c1", "no"));
        Assert.IsFalse(book.End("c1", null), "the first outcome counts");
        Assert.AreEqual("no", book.Begin("c1", out isNew).Error!);
    }

    [TestMethod]
    public void Begin_AfterARestart_HasTheSameAnswer()
    {
        CommandBook book = Open();
        book.Begin("done", out bool isNew);
        book.End("done", null);
        book.Begin("failed", out isNew);
        book.End("failed", "no such printer");
        book.Begin("running", out isNew);

        book = Open();
        CommandEntry done = book.Begin("done", out isNew);
        Assert.IsTrue(!isNew && done.IsEnded && done.Error == null);
        Assert.AreEqual("no such printer", book.Begin("failed", out isNew).Error!);
        CommandEntry running = book.Begin("running", out isNew);
        Assert.IsTrue(!isNew && running.IsEnded);
        Assert.AreEqual(CommandBook.RestartedError, running.Error!);
        book.Begin("another", out isNew);
        Assert.IsTrue(isNew);
    }

    [TestMethod]
    public void TakeCut_AfterARestart_HasWhatWasRunningOnce()
    {
        CommandBook book = Open();
        book.Begin("done", out bool isNew);
        book.End("done", null);
        book.Begin("running", out isNew);
        Assert.AreEqual(0, book.TakeCut().Count);

        book = Open();
        Assert.AreEqual(1, book.TakeCut().Count);
        Assert.AreEqual(0, book.TakeCut().Count);
        book = Open();
        Assert.AreEqual(0, book.TakeCut().Count);
        Assert.AreEqual(CommandBook.RestartedError, book.Begin("running", out isNew).Error!);
    }

    [TestMethod]
    public void Begin_MoreThanItHolds_ForgetsTheOldest()
    {
        CommandBook book = Open();
        bool isNew;
        for (int i = 0; i < 100; i++)
        {
            book.Begin("c" + i.ToString(), out isNew);
            book.End("c" + i.ToString(), null);
        }

        book = Open();
        for (int i = 68; i < 100; i++)
        {
            book.Begin("c" + i.ToString(), out isNew);
            Assert.IsFalse(isNew, i.ToString());
        }

        book.Begin("c0", out isNew);
        Assert.IsTrue(isNew);
        Assert.IsFalse(book.End("c1", null), "forgotten");
        book.Begin("c67", out isNew);
        Assert.IsTrue(isNew);
    }

    [TestMethod]
    public void Begin_StorageFails_LastsAsLongAsTheProcess()
    {
        CommandBook book = Open();
        _nvs.WritesLeft = 0;
        book.Begin("c1", out bool isNew);
        Assert.IsTrue(isNew);
        book.Begin("c1", out isNew);
        Assert.IsFalse(isNew);
        Assert.IsTrue(_lines.Text.IndexOf("not remembered") >= 0, _lines.Text);
    }

    [TestMethod]
    public void Begin_DamagedSegment_LosesThatAlone()
    {
        CommandBook book = Open();
        bool isNew;
        for (int i = 0; i < 32; i++)
        {
            book.Begin("c" + i.ToString(), out isNew);
            book.End("c" + i.ToString(), null);
        }

        _nvs.Damaged = NvsNamespaces.Commands + "/s0";
        book = Open();
        book.Begin("c20", out isNew);
        Assert.IsFalse(isNew);
        book.Begin("c5", out isNew);
        Assert.IsTrue(isNew);
    }

    private CommandBook Open() => new CommandBook(_nvs, new Log(_lines, new ManualClock(), LogLevel.Debug), 32);
}
