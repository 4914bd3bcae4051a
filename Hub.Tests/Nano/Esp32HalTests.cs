using System;
using System.Text;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Mqtt;
using Hub.Core.Text;
using Hub.Hal.Esp32S3;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Nano;

[TestClass]
public class Esp32HalTests
{
    private static MqttOptions Broker(TlsOptions? tls) => new MqttOptions { Host = "broker", ClientId = "hub", Tls = tls };

    [TestMethod]
    public void Rent_AllBuffersAndOneMore_IsOutOfMemory()
    {
        Esp32BufferPool pool = new Esp32BufferPool(100, 3);
        byte[] first = pool.Rent();
        byte[] second = pool.Rent();
        pool.Rent();
        Assert.IsFalse(first == second);
        Assert.AreEqual(100, first.Length);
        try
        {
            pool.Rent();
            Assert.Fail("a fourth buffer of three");
        }
        catch (HubException e)
        {
            Assert.AreEqual((int)ErrorCode.OutOfMemory, (int)e.Code);
        }

        pool.Return(second);
        Assert.AreSame(second, pool.Rent());
        Assert.AreEqual(3, pool.Rented);
        Assert.AreEqual(3, pool.HighWaterMark);
    }

    [TestMethod]
    public void Return_TwiceOrForeign_IsRefused()
    {
        Esp32BufferPool pool = new Esp32BufferPool(100, 2);
        byte[] buffer = pool.Rent();
        pool.Return(buffer);
        Assert.IsTrue(RefusesReturn(pool, buffer));
        Assert.IsTrue(RefusesReturn(pool, new byte[100]));
        Assert.AreEqual(0, pool.Rented);
    }

    [TestMethod]
    public void Create_MqttClient_IsTheCoresWhereTheCertificateMustBelongToASerial()
    {
        IMqttFactory factory = new Esp32Hal(new Esp32Pins()).Mqtt;
        Assert.IsTrue(factory.Create(Broker(new TlsOptions { ServerName = "01P00A", CaPem = "x" })) is CoreMqttClient);
        Assert.IsTrue(factory.Create(Broker(new TlsOptions { PinSha256 = "x", Insecure = true })) is CoreMqttClient);
        Assert.IsTrue(factory.Create(Broker(null)) is M2MqttClient);
        Assert.IsTrue(factory.Create(Broker(new TlsOptions { CaPem = "x" })) is M2MqttClient);
        Assert.IsTrue(factory.Create(Broker(new TlsOptions { ServerName = "broker" })) is M2MqttClient);
        Assert.IsTrue(factory.Create(Broker(new TlsOptions { ServerName = "01P00A", Insecure = true })) is M2MqttClient);
    }

    [TestMethod]
    public void Publish_M2MqttWithQos1_IsRefused()
    {
        IMqttClient client = new Esp32Hal(new Esp32Pins()).Mqtt.Create(Broker(null));
        try
        {
            client.Publish("t", new byte[1], 0, 1, 1, false, CancellationToken.None);
            Assert.Fail("it would be sent twice");
        }
        catch (HubException e)
        {
            Assert.AreEqual((int)ErrorCode.NotSupported, (int)e.Code);
        }
    }

    [TestMethod]
    public void Sleep_SomeTime_PassesOnTheClock()
    {
        Esp32Clock clock = new Esp32Clock();
        long begin = clock.NowMs;
        clock.Sleep(30);
        long passed = clock.NowMs - begin;
        Assert.IsTrue(passed >= 29, passed.ToString() + " ms");
        clock.Sleep(-1);
    }

    [TestMethod]
    public void UsedMemoryBytes_KeptArray_IsCounted()
    {
        Esp32System system = new Esp32System(new MemoryNvs());
        long before = system.UsedMemoryBytes;
        byte[] kept = new byte[100000];
        long used = system.UsedMemoryBytes - before;
        Assert.IsTrue(used >= kept.Length && used < kept.Length + 5000, used.ToString());
        Assert.IsTrue(system.FreeMemoryBytes > kept.Length);
    }

    [TestMethod]
    public void FillRandom_TwoBuffers_Differ()
    {
        Esp32System system = new Esp32System(new MemoryNvs());
        byte[] first = new byte[16];
        byte[] second = new byte[16];
        system.FillRandom(first);
        system.FillRandom(second);
        Assert.AreNotEqual(BitConverter.ToString(first), BitConverter.ToString(second));
    }

    [TestMethod]
    public void Digests_OfAbc_AreThoseOfTheStandards()
    {
        Esp32Hash hash = new Esp32Hash();
        byte[] text = { (byte)'-', (byte)'a', (byte)'b', (byte)'c' };
        Assert.AreEqual("900150983cd24fb0d6963f7d28e17f72", HexText.Of(hash.Md5(text, 1, 3)));
        Assert.AreEqual("a9993e364706816aba3e25717850c26c9cd0d89d", HexText.Of(hash.Sha1(text, 1, 3)));
        Assert.AreEqual("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", HexText.Of(hash.Sha256(text, 1, 3)));

        // RFC 4231, test case 2.
        byte[] key = { (byte)'J', (byte)'e', (byte)'f', (byte)'e' };
        byte[] question = Encoding.UTF8.GetBytes("what do ya want for nothing?");
        Assert.AreEqual("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", HexText.Of(hash.HmacSha256(key, question, 0, question.Length)));
    }

    [TestMethod]
    public void Cipher_PublishedExample_IsEncryptedAndBack()
    {
        // NIST SP 800-38A, F.2.1: the first block.
        byte[] key = { 0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6, 0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c };
        byte[] iv = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
        byte[] plain = { 0x6b, 0xc1, 0xbe, 0xe2, 0x2e, 0x40, 0x9f, 0x96, 0xe9, 0x3d, 0x7e, 0x11, 0x73, 0x93, 0x17, 0x2a };
        Esp32Cipher cipher = new Esp32Cipher();
        byte[] encrypted = cipher.EncryptCbc(key, iv, plain);
        Assert.AreEqual("7649abac8119b246cee98e9b12e9197d", HexText.Of(encrypted));
        Assert.AreEqual(HexText.Of(plain), HexText.Of(cipher.DecryptCbc(key, iv, encrypted)));
        Assert.AreEqual(0, (int)iv[0]);
    }

    private static bool RefusesReturn(Esp32BufferPool pool, byte[] buffer)
    {
        try
        {
            pool.Return(buffer);
            return false;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }
}
