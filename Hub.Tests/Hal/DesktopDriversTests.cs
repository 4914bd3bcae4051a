using System;
using System.Linq;
using System.Collections.Generic;
using System.Text;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Hal.Desktop;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Hal;

[TestClass]
public sealed class DesktopDriversTests
{
    private static readonly byte[] s_text = Encoding.ASCII.GetBytes("xabcx");

    [TestMethod]
    public void Cipher_PublishedExample_IsEncryptedAndBack()
    {
        // NIST SP 800-38A, F.2.1: the first block.
        byte[] key = Convert.FromHexString("2b7e151628aed2a6abf7158809cf4f3c");
        byte[] iv = Convert.FromHexString("000102030405060708090a0b0c0d0e0f");
        byte[] plain = Convert.FromHexString("6bc1bee22e409f96e93d7e117393172a");
        DesktopCipher cipher = new();
        byte[] encrypted = cipher.EncryptCbc(key, iv, plain);
        Assert.AreEqual("7649abac8119b246cee98e9b12e9197d", Convert.ToHexStringLower(encrypted));
        CollectionAssert.AreEqual(plain, cipher.DecryptCbc(key, iv, encrypted));
    }

    [TestMethod]
    public void Buffers_RentAndReturn_AreCounted()
    {
        var pool = new PooledBuffers(2);
        byte[] one = pool.Rent();
        byte[] two = pool.Rent();
        Assert.HasCount(pool.BufferSize, one);
        Assert.AreNotSame(one, two);
        Assert.AreEqual(ErrorCode.OutOfMemory, Assert.ThrowsExactly<HubException>(() => pool.Rent()).Code);
        pool.Return(one);
        Assert.AreSame(one, pool.Rent());
        pool.Return(two);
        Assert.AreEqual(1, pool.Rented);
        Assert.AreEqual(2, pool.HighWaterMark);
    }

    [TestMethod]
    public void Buffers_Large_CountLikeTheOthersAndComeBack()
    {
        var pool = new PooledBuffers(2, 64 * 1024);
        byte[] large = pool.RentLarge();
        byte[] one = pool.Rent();
        Assert.HasCount(64 * 1024, large);
        Assert.HasCount(pool.BufferSize, one);
        Assert.AreEqual(ErrorCode.OutOfMemory, Assert.ThrowsExactly<HubException>(() => pool.RentLarge()).Code);
        pool.Return(large);
        Assert.AreNotSame(large, pool.Rent());
        pool.Return(one);
        Assert.AreSame(large, pool.RentLarge());
    }

    [TestMethod]
    public void Buffers_OfBoard_HaveNoLargerOnes()
    {
        using var hal = new DesktopHal("unused", DesktopHalOptions.OfBoard());
        Assert.IsNotInstanceOfType<ILargeBuffers>(hal.Buffers);
    }

    [TestMethod]
    public void Buffers_ReturnedTwiceOrForeign_AreRefused()
    {
        var pool = new PooledBuffers(2);
        byte[] buffer = pool.Rent();
        pool.Return(buffer);
        Assert.ThrowsExactly<ArgumentException>(() => pool.Return(buffer));
        Assert.ThrowsExactly<ArgumentException>(() => pool.Return(new byte[pool.BufferSize]));
        Assert.ThrowsExactly<ArgumentException>(() => pool.Return(new byte[1]));
        Assert.AreEqual(0, pool.Rented);
    }

    [TestMethod]
    public void Hash_KnownText_GivesThePublishedDigests()
    {
        var hash = new DesktopHash();
        Assert.AreEqual("900150983cd24fb0d6963f7d28e17f72", Convert.ToHexStringLower(hash.Md5(s_text, 1, 3)));
        Assert.AreEqual("a9993e364706816aba3e25717850c26c9cd0d89d", Convert.ToHexStringLower(hash.Sha1(s_text, 1, 3)));
        Assert.AreEqual("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", Convert.ToHexStringLower(hash.Sha256(s_text, 1, 3)));

        // RFC 4231, test case 2.
        byte[] text = Encoding.ASCII.GetBytes("what do ya want for nothing?");
        Assert.AreEqual(
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            Convert.ToHexStringLower(hash.HmacSha256(Encoding.ASCII.GetBytes("Jefe"), text, 0, text.Length)));
    }

    [TestMethod]
    public void Clock_OverASleep_GoesOn()
    {
        var clock = new DesktopClock();
        long start = clock.NowMs;
        clock.Sleep(120);
        Assert.IsInRange(100, 3000, clock.NowMs - start);
        Assert.AreEqual(DateTimeKind.Utc, clock.UtcNow.Kind);
        Assert.IsTrue(clock.IsUtcSynced);
    }

    [TestMethod]
    public void Indicator_SameStateAgain_IsToldOnce()
    {
        var seen = new List<IndicatorState>();
        var light = new CallbackIndicator(seen.Add);
        light.Show(IndicatorState.Busy);
        light.Show(IndicatorState.Busy);
        light.Show(IndicatorState.Ok);
        CollectionAssert.AreEqual(new[] { IndicatorState.Busy, IndicatorState.Ok }, seen);
        Assert.AreEqual(IndicatorState.Ok, light.State);
    }

    [TestMethod]
    public void DeviceId_SameData_StaysTheSame()
    {
        using var folder = new TempFolder();
        using var first = new DesktopHal(folder.Path);
        string id = first.System.DeviceId;
        using var second = new DesktopHal(folder.Path);
        Assert.AreEqual(id, second.System.DeviceId);
        Assert.IsTrue(Guid.TryParseExact(id, "D", out _));
        using var other = new DesktopHal(folder.Path, new DesktopHalOptions { Nvs = new MemoryNvs() });
        Assert.AreNotEqual(id, other.System.DeviceId);
    }

    [TestMethod]
    public void Hal_Made_HasEveryDriverAndTheLimitsAsked()
    {
        using var folder = new TempFolder();
        using var hal = new DesktopHal(folder.Path, new DesktopHalOptions { MaxBuffers = 1, MaxSockets = 3 });
        foreach (System.Reflection.PropertyInfo driver in typeof(IHal).GetProperties())
        {
            Assert.IsNotNull(driver.GetValue(hal), driver.Name);
        }

        Assert.AreEqual(3, hal.Sockets.MaxSockets);
        hal.Buffers.Rent();
        Assert.ThrowsExactly<HubException>(() => hal.Buffers.Rent());
        Assert.IsGreaterThan(0, hal.System.UsedMemoryBytes);
        byte[] random = new byte[32];
        hal.System.FillRandom(random);
        Assert.AreNotEqual(new string('0', 64), Convert.ToHexString(random));
    }

    [TestMethod]
    public void Buffers_ByDefault_AreEnoughForEverySocket()
    {
        DesktopHalOptions options = new();
        using var hal = new DesktopHal("unused", new DesktopHalOptions { Nvs = new MemoryNvs() });
        byte[][] rented = [.. Enumerable.Range(0, 2 * options.MaxSockets).Select(_ => hal.Buffers.Rent())];
        Array.ForEach(rented, hal.Buffers.Return);
        Assert.AreEqual(0, hal.Buffers.Rented);
        Assert.AreEqual(rented.Length, hal.Buffers.HighWaterMark);
    }

    [TestMethod]
    public void Watchdog_NotFed_RebootsOnce()
    {
        using var bitten = new ManualResetEventSlim();
        string? reason = null;
        using var system = new DesktopSystem(new MemoryNvs(), text =>
        {
            reason = text;
            bitten.Set();
        });
        system.ArmWatchdog(100);
        Assert.IsTrue(bitten.Wait(Patience.LimitMs));
        StringAssert.Contains(reason, "watchdog");
    }

    [TestMethod]
    public void Watchdog_FedOrDisarmed_StaysQuiet()
    {
        const int TimeMs = 2000;
        int fedBites = 0;
        int bites = 0;
        int hungryBites = 0;
        using var fed = new DesktopSystem(new MemoryNvs(), _ => Interlocked.Increment(ref fedBites));
        using var system = new DesktopSystem(new MemoryNvs(), _ => Interlocked.Increment(ref bites));
        using var hungry = new DesktopSystem(new MemoryNvs(), _ => Interlocked.Increment(ref hungryBites));
        system.FeedWatchdog();
        system.ArmWatchdog(TimeMs);
        system.FeedWatchdog();
        system.ArmWatchdog(0);
        system.FeedWatchdog();
        fed.ArmWatchdog(TimeMs);

        // Armed last and for longer: when it bites, the others would have.
        hungry.ArmWatchdog(TimeMs + (TimeMs / 2));
        Patience.Until(
            () =>
            {
                fed.FeedWatchdog();
                return Volatile.Read(ref hungryBites) > 0;
            },
            "the bite of the one that is not fed");
        Assert.AreEqual(0, bites);
        Assert.AreEqual(0, fedBites);
        system.Reboot("test");
        Assert.AreEqual(1, bites);
    }
}
