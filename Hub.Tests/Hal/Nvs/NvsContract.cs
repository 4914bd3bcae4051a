using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Hal;

/// <summary>What every <see cref="INvs"/> does.</summary>
public abstract class NvsContract
{
    /// <summary>A storage on the test's medium; a second call gives another view of the same medium.</summary>
    protected abstract INvs Open();

    [TestMethod]
    public void Read_NeverWritten_IsNull() => Assert.IsNull(Open().Read("config", "printers.json"));

    [TestMethod]
    public void Write_ThenRead_GivesTheValue()
    {
        INvs nvs = Open();
        nvs.Write("config", "printers.json", [1, 2, 3]);
        CollectionAssert.AreEqual(new byte[] { 1, 2, 3 }, nvs.Read("config", "printers.json"));
        Assert.IsTrue(nvs.IsHealthy);
    }

    [TestMethod]
    public void Write_ManyTimes_LastOneCounts()
    {
        INvs nvs = Open();
        for (int i = 0; i < 10; i++)
        {
            byte[] value = new byte[100 - (i * 10)];
            value[0] = (byte)i;
            nvs.Write("config", "a", value);
            CollectionAssert.AreEqual(value, nvs.Read("config", "a"));
        }
    }

    [TestMethod]
    public void Write_EmptyValue_IsNotAbsent()
    {
        INvs nvs = Open();
        nvs.Write("config", "a", []);
        Assert.IsEmpty(nvs.Read("config", "a")!);
        CollectionAssert.AreEqual(new[] { "a" }, nvs.Keys("config"));
    }

    [TestMethod]
    public void Write_OneMebibyte_IsKept()
    {
        byte[] value = new byte[1024 * 1024];
        new Random(1).NextBytes(value);
        Open().Write("config", "big", value);
        CollectionAssert.AreEqual(value, Open().Read("config", "big"));
    }

    [TestMethod]
    public void Write_TooLarge_IsRefusedAndOldValueStays()
    {
        INvs nvs = Open();
        nvs.Write("config", "a", [1]);
        HubException error = Assert.ThrowsExactly<HubException>(() => nvs.Write("config", "a", new byte[(1024 * 1024) + 1]));
        Assert.AreEqual(ErrorCode.TooLarge, error.Code);
        CollectionAssert.AreEqual(new byte[] { 1 }, nvs.Read("config", "a"));
    }

    [TestMethod]
    public void Write_BufferChangedAfterwards_StoredValueStays()
    {
        INvs nvs = Open();
        byte[] value = [1];
        nvs.Write("config", "a", value);
        value[0] = 9;
        nvs.Read("config", "a")![0] = 9;
        CollectionAssert.AreEqual(new byte[] { 1 }, nvs.Read("config", "a"));
    }

    [TestMethod]
    public void Delete_Written_IsGoneAndCanBeWrittenAgain()
    {
        INvs nvs = Open();
        nvs.Write("config", "a", [1]);
        nvs.Write("config", "a", [2]);
        nvs.Delete("config", "a");
        Assert.IsNull(nvs.Read("config", "a"));
        Assert.IsNull(Open().Read("config", "a"));
        Assert.IsEmpty(nvs.Keys("config"));
        nvs.Write("config", "a", [3]);
        CollectionAssert.AreEqual(new byte[] { 3 }, Open().Read("config", "a"));
    }

    [TestMethod]
    public void Delete_NeverWritten_DoesNothing()
    {
        INvs nvs = Open();
        nvs.Delete("config", "a");
        Assert.IsEmpty(nvs.Keys("config"));
        Assert.IsTrue(nvs.IsHealthy);
    }

    [TestMethod]
    public void Keys_SeveralNamespaces_AreKeptApart()
    {
        INvs nvs = Open();
        nvs.Write("one", "a", [1]);
        nvs.Write("one", "a_0", [2]);
        nvs.Write("two", "a", [3]);
        nvs.Write("two", "gone", [4]);
        nvs.Delete("two", "gone");
        CollectionAssert.AreEquivalent(new[] { "a", "a_0" }, nvs.Keys("one"));
        CollectionAssert.AreEquivalent(new[] { "a" }, nvs.Keys("two"));
        Assert.IsEmpty(nvs.Keys("three"));
        CollectionAssert.AreEqual(new byte[] { 3 }, nvs.Read("two", "a"));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("Upper")]
    [DataRow("a/b")]
    [DataRow("a\\b")]
    [DataRow("a b")]
    [DataRow("ä")]
    [DataRow("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void AnyCall_BadName_IsRefused(string name)
    {
        INvs nvs = Open();
        Assert.ThrowsExactly<ArgumentException>(() => nvs.Write(name, "a", [1]));
        Assert.ThrowsExactly<ArgumentException>(() => nvs.Write("a", name, [1]));
        Assert.ThrowsExactly<ArgumentException>(() => nvs.Read(name, "a"));
        Assert.ThrowsExactly<ArgumentException>(() => nvs.Read("a", name));
        Assert.ThrowsExactly<ArgumentException>(() => nvs.Delete(name, "a"));
        Assert.ThrowsExactly<ArgumentException>(() => nvs.Delete("a", name));
        Assert.ThrowsExactly<ArgumentException>(() => nvs.Keys(name));
    }

    [TestMethod]
    [DataRow("con")]
    [DataRow("nul.json")]
    [DataRow("..")]
    [DataRow(".")]
    [DataRow("lock")]
    [DataRow("a.")]
    [DataRow("-_")]
    [DataRow("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void Write_NameSpecialElsewhere_WorksAsAnyOther(string name)
    {
        INvs nvs = Open();
        nvs.Write(name, name, [1]);
        CollectionAssert.AreEqual(new byte[] { 1 }, Open().Read(name, name));
        CollectionAssert.AreEqual(new[] { name }, nvs.Keys(name));
    }

    [TestMethod]
    public void TryLock_HeldByAnother_IsNullUntilItEnds()
    {
        INvs one = Open();
        INvs other = Open();
        IDisposable? held = one.TryLock("jobs");
        Assert.IsNotNull(held);
        Assert.IsNull(one.TryLock("jobs"));
        Assert.IsNull(other.TryLock("jobs"));
        using (IDisposable? second = other.TryLock("start.x"))
        {
            Assert.IsNotNull(second, "another name is another lock");
        }

        held.Dispose();
        using IDisposable? next = other.TryLock("jobs");
        Assert.IsNotNull(next);
        held.Dispose();
        Assert.IsNull(one.TryLock("jobs"), "a second Dispose ended the next holder's lock");
    }

    [TestMethod]
    public void TryLock_FromThreadsOfTwoInstances_HasOneHolder()
    {
        INvs[] instances = [Open(), Open()];
        int inside = 0;
        int entered = 0;
        bool isShared = false;
        Thread[] threads = Enumerable.Range(0, 4).Select(i => new Thread(() =>
        {
            while (Volatile.Read(ref entered) < 200)
            {
                using IDisposable? held = instances[i % 2].TryLock("jobs");
                if (held != null)
                {
                    isShared |= Interlocked.Increment(ref inside) != 1;
                    Interlocked.Increment(ref entered);
                    Interlocked.Decrement(ref inside);
                }
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.IsFalse(isShared);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("Upper")]
    [DataRow("a/b")]
    public void TryLock_BadName_IsRefused(string name) => Assert.ThrowsExactly<ArgumentException>(() => Open().TryLock(name));

    [TestMethod]
    public void ReadAndWrite_FromThreadsOfTwoInstances_NeverMixes()
    {
        INvs[] instances = [Open(), Open()];
        instances[0].Write("config", "shared", Filled(1));
        var problems = new ConcurrentQueue<string>();
        Thread[] threads = Enumerable.Range(0, 4).Select(i => new Thread(() =>
        {
            try
            {
                Work(instances[i % 2], (byte)i, problems);
            }
            catch (Exception e)
            {
                problems.Enqueue(e.ToString());
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.IsEmpty(problems, string.Join("\n", problems));
    }

    private static void Work(INvs nvs, byte worker, ConcurrentQueue<string> problems)
    {
        string own = "own-" + worker;
        for (byte i = 1; i <= 20; i++)
        {
            nvs.Write("config", "shared", Filled((byte)((worker * 20) + i)));
            nvs.Write("config", own, Filled(i));
            byte[]? shared = nvs.Read("config", "shared");
            if (shared == null || shared.Length != shared[0] * 50 || Array.Exists(shared, b => b != shared[0]))
            {
                problems.Enqueue("a mixed or missing value");
            }

            if (nvs.Read("config", own)![0] != i)
            {
                problems.Enqueue("a lost value");
            }
        }
    }

    private static byte[] Filled(byte mark)
    {
        byte[] value = new byte[mark * 50];
        Array.Fill(value, mark);
        return value;
    }
}
