using Hub.Core.Errors;
using Hub.Core.Hal;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>What a machine lacks is refused in words for people, and what cleans up never throws.</summary>
[TestClass]
public class NullDriversTests
{
    private delegate void Call();

    [TestMethod]
    public void NullWifi_OfALaptop_IsConnectedAndLeavesTheRestToTheSystem()
    {
        NullWifi wifi = new NullWifi();
        const string Refusal = "not_supported: this machine's Wi-Fi is managed by its operating system";
        Assert.AreEqual((int)WifiState.Connected, (int)wifi.State);
        Assert.AreEqual(0, wifi.SignalDbm);
        Assert.AreEqual(Refusal, ErrorOf(() => wifi.Scan(1000)));
        Assert.AreEqual(Refusal, ErrorOf(() => wifi.Join("home", new Secret("FAKE-PASSWORD"), 1000)));
        Assert.AreEqual(Refusal, ErrorOf(() => wifi.Leave()));
    }

    [TestMethod]
    public void NullWifi_OfAnotherMachine_SaysWhatItIsGiven()
    {
        NullWifi wifi = new NullWifi(WifiState.Idle, "not yet");
        Assert.AreEqual((int)WifiState.Idle, (int)wifi.State);
        Assert.AreEqual("not_supported: not yet", ErrorOf(() => wifi.Scan(1000)));
    }

    [TestMethod]
    public void NullBle_RefusesToHostAndStopsQuietly()
    {
        NullBle ble = new NullBle();
        const string Refusal = "not_supported: this machine has no Bluetooth that the hub can use";
        BleCharacteristic characteristic = new BleCharacteristic("beb54841-36e1-4688-b7f5-ea07361b26a8", true, false, true);
        BleService[] services = { new BleService("4fafc201-1fb5-459e-8fcc-c5c9c331914b", new BleCharacteristic[] { characteristic }) };
        Assert.IsFalse(ble.IsAvailable || ble.IsAdvertising);
        Assert.AreEqual(0, ble.MaxNotifyBytes);
        Assert.AreEqual(Refusal, ErrorOf(() => ble.Host("hub", services, null!)));
        Assert.AreEqual(Refusal, ErrorOf(() => ble.Advertise(new byte[3], new byte[0])));
        Assert.AreEqual("", ErrorOf(() => ble.StopAdvertising()));
        Assert.AreEqual("", ErrorOf(() => ble.Disconnect()));
        Assert.IsFalse(ble.Notify(characteristic, new byte[1], 0, 1));
        Assert.AreEqual("", ErrorOf(() => ble.Stop()));
    }

    [TestMethod]
    public void NullUpdateStore_RefusesAllButAbort()
    {
        NullUpdateStore updates = new NullUpdateStore();
        const string Refusal = "not_supported: this machine cannot update itself";
        Assert.IsFalse(updates.IsAvailable || updates.IsTrial);
        Assert.AreEqual(Refusal, ErrorOf(() => updates.Begin(1)));
        Assert.AreEqual(Refusal, ErrorOf(() => updates.Append(new byte[1], 0, 1)));
        Assert.AreEqual(Refusal, ErrorOf(() => updates.Commit(new byte[32])));
        Assert.AreEqual(Refusal, ErrorOf(() => updates.Confirm()));
        Assert.AreEqual("", ErrorOf(() => updates.Abort()));
    }

    [TestMethod]
    public void NullGpio_AllowsNoPin()
    {
        NullGpio gpio = new NullGpio();
        Assert.IsFalse(gpio.IsAllowed(4));
        Assert.AreEqual("not_supported: this machine has no pin 4 to set", ErrorOf(() => gpio.Write(4, true)));
    }

    private static string ErrorOf(Call call)
    {
        try
        {
            call();
            return "";
        }
        catch (HubException error)
        {
            return ErrorCodes.Name(error.Code) + ": " + error.Message;
        }
    }
}
