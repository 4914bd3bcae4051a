using System;
using System.Linq;
using Hub.Core.Drivers;
using Hub.Core.Provisioning;
using Hub.Hal.Desktop;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Hal.Radio;

/// <summary>Advertisements as structures, and as a driver places them again.</summary>
[TestClass]
public sealed class AdStructuresTests
{
    [TestMethod]
    public void Split_BothParts_AreReadInOrder()
    {
        AdStructure[] structures = [.. AdStructures.Split([2, 1, 6, 1, 9], [4, 255, 1, 2, 3]).Cast<AdStructure>()];
        CollectionAssert.AreEqual(new byte[] { 1, 9, 255 }, structures.Select(s => s.Type).ToArray());
        CollectionAssert.AreEqual(new byte[] { 6, 1, 2, 3 }, structures.SelectMany(s => s.Data).ToArray());
    }

    [TestMethod]
    [DataRow(new byte[] { 0 })]
    [DataRow(new byte[] { 2, 1 })]
    [DataRow(new byte[] { 1, 9, 3, 9, 1 })]
    public void Split_NoRowOfStructures_Throws(byte[] wrong)
    {
        Assert.ThrowsExactly<ArgumentException>(() => AdStructures.Split(wrong, []));
        Assert.ThrowsExactly<ArgumentException>(() => AdStructures.Split([], wrong));
    }

    [TestMethod]
    public void Split_TooLong_Throws() => Assert.ThrowsExactly<ArgumentException>(() => AdStructures.Split([31, 255, .. new byte[30]], []));

    [TestMethod]
    public void Place_RoomInTheAdvertisement_IsFilledWithWhatFits()
    {
        byte[] longOne = [18, 7, .. new byte[17]];
        SimulatedAdvertisement placed = SimulatedAdvertisement.Place(AdStructures.Split([2, 1, 6, .. longOne], [.. longOne, 5, 9, 72, 117, 98, 49]));
        CollectionAssert.AreEqual(new byte[] { 2, 1, 6 }.Concat(longOne).Concat(new byte[] { 5, 9, 72, 117, 98, 49 }).ToArray(), placed.Advertisement);
        CollectionAssert.AreEqual(longOne, placed.ScanResponse);
        Assert.AreEqual("Hub1", placed.Name);
    }

    [TestMethod]
    public void Place_TheHubsAdvertisement_StaysAsItIs()
    {
        byte[] advertisement = Advertisement.Of(2, 1);
        byte[] scanResponse = Advertisement.ScanResponse("Hub-123456");
        SimulatedAdvertisement placed = SimulatedAdvertisement.Place(AdStructures.Split(advertisement, scanResponse));
        CollectionAssert.AreEqual(advertisement, placed.Advertisement);
        CollectionAssert.AreEqual(scanResponse, placed.ScanResponse);
    }
}
