using System;
using System.Linq;
using Hub.Core.Drivers;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Hal.Radio;

/// <summary>What the board's Bluetooth driver decides.</summary>
[TestClass]
public sealed class RawBleTests : IDisposable
{
    private readonly FakeRawBle _device = new();
    private readonly RecordingHandler _hub = new();
    private readonly DrivenClock _clock = new(() => 1);
    private readonly RawBle _ble;

    public RawBleTests()
    {
        _ble = new RawBle(_device, _clock);
        _ble.Host("Hub-1", _hub.Services(), _hub);
        _clock.Settle();
    }

    public void Dispose()
    {
        _device.Fault = null;
        _ble.Stop();
        _hub.Open.Dispose();
    }

    [TestMethod]
    public void Host_RuntimeWithoutBluetooth_IsNotSupportedAndTouchedOnce()
    {
        FakeRawBle device = new() { Fault = new NotSupportedException() };
        RawBle ble = new(device, _clock);
        Assert.IsFalse(ble.IsAvailable);
        StringAssert.Contains(HubErrors.Fails(ErrorCode.NotSupported, () => ble.Host("Hub-1", _hub.Services(), _hub)).Message, "has no Bluetooth");
        Assert.AreEqual("probe", device.Story);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("a name of more than 29 bytes..")]
    public void Host_WrongName_Throws(string name) => Assert.ThrowsExactly<ArgumentException>(() => _ble.Host(name, _hub.Services(), _hub));

    [TestMethod]
    public void Advertise_NothingHosted_Throws() => Assert.ThrowsExactly<InvalidOperationException>(() => new RawBle(_device, _clock).Advertise([], []));

    [TestMethod]
    public void Advertise_AgainAndStop_ChangesAndStopsTheRadio()
    {
        Advertise();
        Assert.IsTrue(_ble.IsAdvertising);
        Advertise();
        CollectionAssert.AreEqual(new byte[] { 1, 7, 9 }, _device.Structures.Cast<AdStructure>().Select(s => s.Type).ToArray());
        _ble.StopAdvertising();
        Assert.IsFalse(_ble.IsAdvertising);
        _ble.StopAdvertising();
        Advertise();
        Assert.AreEqual("probe host:Hub-1 start change stop start", _device.Story);
    }

    [TestMethod]
    public void Advertise_RadioDoesNotStart_IsAnErrorAndCanBeTriedAgain()
    {
        _device.Starts = false;
        HubErrors.Fails(ErrorCode.NotSupported, Advertise);
        Assert.IsFalse(_ble.IsAdvertising);
        _device.Starts = true;
        _device.Fault = new InvalidOperationException("seeded fault");
        StringAssert.Contains(HubErrors.Fails(ErrorCode.NotSupported, Advertise).Message, "seeded fault");
        Assert.IsFalse(_ble.IsAdvertising);
        _device.Fault = null;
        Advertise();
        Assert.IsTrue(_ble.IsAdvertising);
        Assert.AreEqual("probe host:Hub-1 start stop start stop start", _device.Story);
    }

    [TestMethod]
    public void Advertise_CentralConnected_WaitsForItsEnd()
    {
        Advertise();
        Connect();
        Assert.IsFalse(_ble.IsAdvertising);
        Advertise();
        Assert.AreEqual("probe host:Hub-1 start", _device.Story, "a second central could connect");
        End();
        Assert.AreEqual("probe host:Hub-1 start change", _device.Story);
        Assert.IsTrue(_ble.IsAdvertising);
        Assert.AreEqual("connected disconnected", _hub.Story);
    }

    [TestMethod]
    public void StopAdvertising_CentralConnected_LeavesItAndStopsAfterwards()
    {
        Advertise();
        Connect();
        _ble.StopAdvertising();
        Assert.AreEqual("take accept:", _device.Write(_hub.ValueCharacteristic, 7).Story);
        Assert.AreEqual("probe host:Hub-1 start", _device.Story);
        End();
        Assert.AreEqual("probe host:Hub-1 start stop", _device.Story);
    }

    [TestMethod]
    public void Disconnect_CentralConnected_RestartsTheRadioAndTheHandlerHearsOnce()
    {
        Advertise();
        _ble.Disconnect();
        Connect();
        _ble.Disconnect();
        _clock.Settle();
        Patience.Until(() => _hub.Story == "connected disconnected", "the end");
        End();
        Assert.AreEqual("connected disconnected", _hub.Story, "the device reports the end, too");
        Assert.AreEqual("probe host:Hub-1 start stop start", _device.Story);
        Assert.AreEqual(0, _ble.MaxNotifyBytes);
    }

    [TestMethod]
    public void Disconnect_NotToBeFound_LeavesTheRadioOff()
    {
        Advertise();
        Connect();
        _ble.StopAdvertising();
        _ble.Disconnect();
        Assert.AreEqual("probe host:Hub-1 start stop", _device.Story);
    }

    [TestMethod]
    public void OnConnection_EndNeverReported_TheHandlerHearsOfIt()
    {
        Advertise();
        Connect();
        Connect();
        Assert.AreEqual("connected disconnected connected", _hub.Story);
    }

    [TestMethod]
    public void MaxNotifyBytes_FollowsTheMtuOfEachConnection()
    {
        Advertise();
        Assert.AreEqual(0, _ble.MaxNotifyBytes);
        Connect();
        Assert.AreEqual(20, _ble.MaxNotifyBytes);
        _device.Events!.OnMtu(256);
        Assert.AreEqual(253, _ble.MaxNotifyBytes);
        _device.Events.OnMtu(65535);
        Assert.AreEqual(514, _ble.MaxNotifyBytes);
        End();
        Connect();
        Assert.AreEqual(20, _ble.MaxNotifyBytes);
    }

    [TestMethod]
    public void Access_IsAnsweredAsTheHandlerSays()
    {
        Advertise();
        Connect();
        Assert.AreEqual("accept:010203", _device.Read(_hub.ValueCharacteristic).Story);
        Assert.AreEqual("take accept:", _device.Write(_hub.ValueCharacteristic).Story, "an empty password");
        _hub.Accepts = false;
        Assert.AreEqual("take refuse", _device.Write(_hub.ValueCharacteristic, 1).Story);
        Assert.AreEqual("take refuse", _device.Write(_hub.ValueCharacteristic, new byte[513]).Story);
        _hub.Stored = null;
        Assert.AreEqual("refuse", _device.Read(_hub.ValueCharacteristic).Story);
        _hub.Stored = new byte[513];
        Assert.AreEqual("refuse", _device.Read(_hub.ValueCharacteristic).Story);
    }

    [TestMethod]
    public void Access_HandlerThrows_IsRefused()
    {
        Advertise();
        Connect();
        _hub.Open.Dispose();
        Assert.AreEqual("take refuse", _device.Write(_hub.ValueCharacteristic, 1).Story);
        Assert.AreEqual("refuse", _device.Read(_hub.ValueCharacteristic).Story);
    }

    /// <summary>Bytes of a late write may be another's, and an answer to it breaks the device's Bluetooth.</summary>
    [TestMethod]
    public void Access_AfterAFreezeOfAllThreads_IsLeftAlone()
    {
        Advertise();
        Connect();
        _clock.Settle();
        _clock.Pass(FreezeWatch.LimitMs + 1);
        Assert.AreEqual("", _device.Write(_hub.ValueCharacteristic, 1).Story);
        _clock.Settle();
        Assert.AreEqual("", _device.Read(_hub.ValueCharacteristic).Story, "from before the end of the freeze");
        _clock.PassThrough(FreezeWatch.AfterMs + FreezeWatch.PulseMs);
        Assert.AreEqual("take accept:", _device.Write(_hub.ValueCharacteristic, 2).Story);
        Assert.AreEqual("connected write:02", _hub.Story);
    }

    [TestMethod]
    public void Access_HoursWithoutAFreeze_IsAnswered()
    {
        Advertise();
        _clock.PassThrough(3_600_000);
        Connect();
        _clock.PassThrough(600_000);
        Assert.AreEqual("take accept:", _device.Write(_hub.ValueCharacteristic, 1).Story);
    }

    [TestMethod]
    public void Notify_OnlyToSubscribersAndWithinTheMtu()
    {
        Advertise();
        Connect();
        Assert.IsFalse(Notify(1), "no subscriber");
        Subscribe(1);
        Subscribe(1);
        Assert.IsTrue(Notify(20));
        Assert.IsFalse(Notify(21), "too long");
        Subscribe(0);
        Assert.IsFalse(Notify(1), "no subscriber any more");
        Subscribe(1);
        End();
        Connect();
        Assert.IsFalse(Notify(1), "the subscription outlived its connection");
        Subscribe(1);
        _device.Fault = new InvalidOperationException("seeded fault");
        Assert.IsFalse(Notify(1));
        Assert.AreEqual("connected subscribed unsubscribed subscribed disconnected connected subscribed", _hub.Story);
    }

    [TestMethod]
    public void Notify_Burst_WaitsForTheRadiosBuffers()
    {
        Advertise();
        Connect();
        Subscribe(1);
        Assert.AreEqual(NotifyBudget.Burst, Enumerable.Range(0, 20).Count(_ => Notify(1)));
        _clock.Pass(NotifyBudget.EachMs);
        Assert.AreEqual(1, Enumerable.Range(0, 20).Count(_ => Notify(1)));
        _clock.Pass(NotifyBudget.EachMs * 100);
        Assert.AreEqual(NotifyBudget.Burst, Enumerable.Range(0, 20).Count(_ => Notify(1)));
    }

    [TestMethod]
    public void Stop_CentralConnected_EndsItAndCallsNothingAfterwards()
    {
        Advertise();
        Connect();
        _ble.Stop();
        Assert.AreEqual("connected disconnected", _hub.Story);
        _device.Events!.OnConnection(false);
        _device.Events.OnConnection(true);
        Assert.AreEqual("connected disconnected", _hub.Story);
        _ble.Host("Hub-2", _hub.Services(), _hub);
        Assert.AreEqual("probe host:Hub-1 start stop host:Hub-2", _device.Story);
    }

    private void Advertise() => _ble.Advertise([.. RecordingHandler.Advertisement], [.. RecordingHandler.ScanResponse]);

    private void Connect() => _device.Events!.OnConnection(true);

    private void End()
    {
        _device.Events!.OnConnection(false);
        _clock.Settle();
    }

    private void Subscribe(int count) => _device.Events!.OnSubscribers(_hub.ValueCharacteristic, count);

    private bool Notify(int count) => _ble.Notify(_hub.ValueCharacteristic, new byte[count], 0, count);
}
