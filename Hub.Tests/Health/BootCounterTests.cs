using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Health;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Moq;

namespace Hub.Tests.Health;

/// <summary>How often the hub has started.</summary>
[TestClass]
public sealed class BootCounterTests
{
    private readonly TestLog _log = new();

    [TestMethod]
    public void CountThis_EachStart_IsOneMore()
    {
        MemoryNvs nvs = new();
        for (int i = 1; i <= 300; i++)
        {
            Assert.AreEqual(i, BootCounter.CountThis(nvs, _log.Log));
        }
    }

    [TestMethod]
    public void CountThis_StorageFails_IsUnknownAndLogged()
    {
        Mock<INvs> nvs = new();
        nvs.Setup(n => n.Write(NvsNamespaces.System, It.IsAny<string>(), It.IsAny<byte[]>())).Throws(new HubException(ErrorCode.StorageFailed, "the flash is full"));
        Assert.AreEqual(0, BootCounter.CountThis(nvs.Object, _log.Log));
        Assert.IsTrue(_log.Has("the starts of this hub cannot be counted: the flash is full"), _log.ToString());
    }

    [TestMethod]
    public void CountThis_DamagedCount_BeginsAnew()
    {
        SlotNvs nvs = new(new DamagedFiles());
        Assert.AreEqual(1, BootCounter.CountThis(nvs, _log.Log), _log.ToString());
        Assert.AreEqual(2, BootCounter.CountThis(nvs, _log.Log));
        Assert.IsTrue(nvs.IsHealthy);
    }

    /// <summary>Every file has bytes that no write left there, until it is written.</summary>
    private sealed class DamagedFiles : INvsFiles
    {
        private readonly System.Collections.Generic.Dictionary<string, byte[]> _files = [];

        public byte[] Read(string folder, string name) => _files.TryGetValue(folder + name, out byte[]? content) ? content : [1, 2, 3];

        public void Write(string folder, string name, byte[] content) => _files[folder + name] = content;

        public void Flush(string folder, string name)
        {
        }

        public void Remove(string folder, string name) => _files.Remove(folder + name);

        public string[] List(string folder) => [];
    }
}
