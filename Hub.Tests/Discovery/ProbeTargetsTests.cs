using System.Collections.Generic;
using Hub.Core.Discovery;
using Hub.Core.Errors;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Discovery;

[TestClass]
public sealed class ProbeTargetsTests
{
    [TestMethod]
    [DataRow("192.168.1.0/24", 254, "192.168.1.1", "192.168.1.254")]
    [DataRow("192.168.1.77/24", 254, "192.168.1.1", "192.168.1.254")]
    [DataRow("10.1.2.0/22", 1022, "10.1.0.1", "10.1.3.254")]
    [DataRow("172.16.0.4/30", 2, "172.16.0.5", "172.16.0.6")]
    [DataRow("192.168.1.4/31", 2, "192.168.1.4", "192.168.1.5")]
    [DataRow("127.0.0.1/32", 1, "127.0.0.1", "127.0.0.1")]
    [DataRow("192.168.1.10-40", 31, "192.168.1.10", "192.168.1.40")]
    [DataRow("192.168.0.250-192.168.1.5", 12, "192.168.0.250", "192.168.1.5")]
    [DataRow("8.8.8.8", 1, "8.8.8.8", "8.8.8.8")]
    public void Add_NetworkRangeOrAddress_EachAddressOnce(string text, int count, string first, string last)
    {
        ProbeTargets targets = new();
        targets.Add(text);
        targets.Add(first);

        List<string> taken = [];
        for (string? address = targets.Take(); address != null; address = targets.Take())
        {
            taken.Add(address);
        }

        Assert.HasCount(count, taken);
        Assert.AreEqual(first, taken[0]);
        Assert.AreEqual(last, taken[^1]);
    }

    [TestMethod]
    [DataRow("10.0.0.0/8", "too large")]
    [DataRow("10.0.0.0/21", "too large")]
    [DataRow("10.0.0.0/33", "is no IPv4")]
    [DataRow("10.0.0.0/", "is no IPv4")]
    [DataRow("10.0.0.0/-1", "is no IPv4")]
    [DataRow("10.0.0/24", "is no IPv4")]
    [DataRow("octopi.local", "is no IPv4")]
    [DataRow("", "is no IPv4")]
    [DataRow("-", "is no IPv4")]
    [DataRow("/", "is no IPv4")]
    [DataRow("224.0.0.1", "is no IPv4")]
    [DataRow("255.255.255.255", "is no IPv4")]
    [DataRow("8.8.8.0/24", "no private network")]
    [DataRow("192.167.255.250-192.168.0.4", "no private network")]
    [DataRow("192.168.255.250-192.169.0.4", "no private network")]
    [DataRow("192.168.1.20-10", "ends before")]
    [DataRow("10.0.0.1-10.0.5.1", "more than 1024")]
    [DataRow("10.0.0.1-300", "is no IPv4")]
    public void Add_BadOrTooMuch_IsRefusedWithAReason(string text, string reason)
    {
        ProbeTargets targets = new();

        HubException e = Assert.ThrowsExactly<HubException>(() => targets.Add(text));

        Assert.AreEqual(ErrorCode.ConfigInvalid, e.Code);
        StringAssert.Contains(e.Message, reason);
        Assert.AreEqual(0, targets.Count);
    }

    [TestMethod]
    public void Add_TogetherTooMany_IsRefused()
    {
        ProbeTargets targets = new();
        targets.Add("10.0.0.0/22");

        Assert.ThrowsExactly<HubException>(() => targets.Add("10.1.0.0/24"));
        Assert.AreEqual(1022, targets.Count);
    }
}
