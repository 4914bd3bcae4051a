using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading;
using Hub.Hal.Desktop;
using Hub.Tests.Portable;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Hal.Radio;

/// <summary>The simulated peripheral and the centrals near it.</summary>
[TestClass]
public sealed class SimulatedBleTests : IDisposable
{
    private readonly ManualClock _clock = new();
    private readonly RecordingHandler _hub = new();
    private readonly SimulatedBle _ble;
    private readonly SimulatedCentral _central;

    public SimulatedBleTests()
    {
        _ble = new SimulatedBle(_clock);
        _central = new SimulatedCentral(_ble);
        _hub.Host(_ble);
    }

    public void Dispose()
    {
        _hub.Open.Set();
        _central.Dispose();
        _ble.Dispose();
        _hub.Open.Dispose();
    }

    [TestMethod]
    public void Scan_Advertised_ShowsNameAndServicesUntilACentralIsConnected()
    {
        SimulatedAdvertisement found = _central.Scan()!;
        Assert.AreEqual("Hub-1", found.Name);
        Assert.AreEqual(RecordingHandler.Service, found.Services.Single());
        _central.Connect();
        Assert.IsFalse(_ble.IsAdvertising);
        using SimulatedCentral second = new(_ble);
        Assert.IsNull(second.Scan());
        Fails(second.Connect, GattException.NetworkError);
        _central.Disconnect();
        Assert.IsTrue(_ble.IsAdvertising);
        second.Connect();
        Assert.AreEqual("connected disconnected connected", _hub.Story);
    }

    [TestMethod]
    public void Connect_NotAdvertised_Fails()
    {
        _ble.StopAdvertising();
        Assert.IsNull(_central.Scan());
        Fails(_central.Connect, GattException.NetworkError);
        Assert.AreEqual("", _hub.Story);
    }

    [TestMethod]
    [DataRow(new byte[] { 2, 1 })]
    [DataRow(new byte[] { 0 })]
    [DataRow(new byte[] { 31, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 })]
    public void Advertise_WrongBytes_Throws(byte[] wrong) => Assert.ThrowsExactly<ArgumentException>(() => _ble.Advertise(wrong, []));

    [TestMethod]
    public void StopAdvertising_WhileConnected_LeavesTheCentral()
    {
        _central.Connect();
        _ble.StopAdvertising();
        CollectionAssert.AreEqual(new byte[] { 1, 2, 3 }, _central.Read(RecordingHandler.Value));
        _central.Disconnect();
        Assert.IsFalse(_ble.IsAdvertising);
    }

    [TestMethod]
    public void ReadAndWrite_AsTheServiceAllows()
    {
        _central.Connect();
        CollectionAssert.AreEqual(new byte[] { 1, 2, 3 }, _central.Read(RecordingHandler.Value));
        _central.Write(RecordingHandler.Value, [7, 8]);
        _central.Write(RecordingHandler.Secret, [], withResponse: false);
        Fails(() => _central.Read(RecordingHandler.Secret), GattException.NotSupportedError);
        Fails(() => _central.Subscribe(RecordingHandler.Secret), GattException.NotSupportedError);
        Fails(() => _central.Read("beb54899-36e1-4688-b7f5-ea07361b26a8"), GattException.NotFoundError);
        Assert.AreEqual("connected read write:0708 write:", _hub.Story);
    }

    [TestMethod]
    public void Write_RefusedOrTooLong_FailsOnlyWhereTheCentralCanLearnOfIt()
    {
        _central.Connect();
        _hub.Accepts = false;
        Fails(() => _central.Write(RecordingHandler.Value, [1]), GattException.NotSupportedError);
        _central.Write(RecordingHandler.Value, [1], withResponse: false);
        Fails(() => _central.Write(RecordingHandler.Value, new byte[513]), GattException.InvalidModificationError);
        Fails(() => _central.Write(RecordingHandler.Value, new byte[SimulatedFaults.DefaultMtu - 2], withResponse: false), GattException.NotSupportedError);
        _hub.Stored = null;
        Fails(() => _central.Read(RecordingHandler.Value), GattException.NotSupportedError);
    }

    [TestMethod]
    public void Access_HandlerHangs_FailsAfterTwoSecondsOfTheClock()
    {
        _central.Connect();
        _hub.Open.Reset();
        GattException? error = null;
        Thread access = new(() => error = Assert.ThrowsExactly<GattException>(() => _central.Read(RecordingHandler.Value)));
        access.Start();
        Patience.Until(() => !access.IsAlive || Passed(500), "the end of the access");
        Patience.Join(access, "the access");
        Assert.AreEqual(GattException.NotSupportedError, error!.Name);
        _hub.Open.Set();
        Assert.IsNotNull(_central.Read(RecordingHandler.Value));
    }

    [TestMethod]
    public void Access_WhileAnotherRuns_Fails()
    {
        _central.Connect();
        _hub.Open.Reset();
        Thread access = new(() => _central.Write(RecordingHandler.Value, [1]));
        access.Start();
        GattException? error = null;
        Patience.Until(() => (error = Assert.ThrowsExactly<GattException>(() => _central.Read("not there"))).Name == GattException.NetworkError, "an operation in progress");
        _hub.Open.Set();
        Patience.Join(access, "the access");
    }

    [TestMethod]
    public void Notify_Subscribed_ArrivesInOrderAndOnlyAsFarAsTheMtuAllows()
    {
        ConcurrentQueue<byte> arrived = new();
        _central.Notified += (_, value) => arrived.Enqueue(value[0]);
        Assert.IsFalse(Notify(1, 1), "nobody is connected");
        Assert.AreEqual(0, _ble.MaxNotifyBytes);
        _ble.Faults = new SimulatedFaults { Mtu = 30 };
        _central.Connect();
        Assert.AreEqual(30, _central.Mtu);
        Assert.AreEqual(27, _ble.MaxNotifyBytes);
        Assert.IsFalse(Notify(1, 1), "nobody has subscribed");
        _central.Subscribe(RecordingHandler.Value);
        Assert.IsFalse(Notify(1, 28), "too long");
        for (byte i = 0; i < 100; i++)
        {
            Patience.Until(() => Notify(i, 27), "room in the queue");
        }

        Patience.Until(() => arrived.Count == 100, "all notifications");
        CollectionAssert.AreEqual(Enumerable.Range(0, 100).Select(i => (byte)i).ToArray(), arrived.ToArray());
        _central.Subscribe(RecordingHandler.Value, false);
        Assert.IsFalse(Notify(1, 1), "the subscription has ended");
        Assert.AreEqual("connected subscribed unsubscribed", _hub.Story);
    }

    [TestMethod]
    public void Notify_CentralDoesNotFetch_FillsTheQueueAndDropsTheRest()
    {
        int arrived = 0;
        _central.Notified += (_, _) => Interlocked.Increment(ref arrived);
        _central.Connect();
        _central.Subscribe(RecordingHandler.Value);
        _central.FetchesNotifications = false;
        int accepted = Enumerable.Range(0, 40).Count(i => Notify((byte)i, 20));
        Assert.AreEqual(SimulatedBle.MaxQueued, accepted);
        _central.FetchesNotifications = true;
        Patience.Until(() => Volatile.Read(ref arrived) == accepted, "what was accepted");
        Patience.Until(() => Notify(1, 20), "room again");
    }

    [TestMethod]
    public void Disconnect_ByAnySide_EndsSubscriptionsAndDropsWhatWaits()
    {
        int arrived = 0;
        int ended = 0;
        _central.Notified += (_, _) => Interlocked.Increment(ref arrived);
        _central.Disconnected += () => Interlocked.Increment(ref ended);
        _central.Connect();
        _central.Subscribe(RecordingHandler.Value);
        _central.FetchesNotifications = false;
        Assert.IsTrue(Notify(1, 1));
        _ble.Disconnect();
        Patience.Until(() => Volatile.Read(ref ended) == 1, "the end");
        Assert.IsFalse(_central.IsConnected);
        Fails(() => _central.Read(RecordingHandler.Value), GattException.NetworkError);
        _central.Connect();
        Assert.IsFalse(Notify(1, 1), "the subscription outlived its connection");
        _central.Disconnect();
        Patience.Until(() => Volatile.Read(ref ended) == 2, "the second end");
        Assert.AreEqual(0, Volatile.Read(ref arrived));
        Assert.AreEqual("connected subscribed disconnected connected disconnected", _hub.Story);
    }

    [TestMethod]
    public void Faults_DropAfterWrites_DropsEachConnectionAfterTheHubGotTheWrite()
    {
        _ble.Faults = new SimulatedFaults { DropAfterWrites = 2 };
        for (int i = 0; i < 2; i++)
        {
            _central.Connect();
            _central.Write(RecordingHandler.Value, [1]);
            Fails(() => _central.Write(RecordingHandler.Value, [2]), GattException.NetworkError);
            Assert.IsFalse(_central.IsConnected);
        }

        _ble.Faults = new SimulatedFaults();
        _central.Connect();
        _central.Write(RecordingHandler.Value, [1]);
        _central.Write(RecordingHandler.Value, [2]);
        Assert.IsTrue(_central.IsConnected);
        Assert.AreEqual("connected write:01 write:02 disconnected connected write:01 write:02 disconnected connected write:01 write:02", _hub.Story);
    }

    [TestMethod]
    public void Faults_Delay_AnswersLater()
    {
        _central.Connect();
        _ble.Faults = new SimulatedFaults { DelayMs = 300 };
        long before = _clock.NowMs;
        _central.Read(RecordingHandler.Value);
        Assert.AreEqual(300, _clock.NowMs - before);
    }

    [TestMethod]
    public void Stop_WhileConnected_DisconnectsAndCallsNothingAfterwards()
    {
        _central.Connect();
        _ble.Stop();
        Assert.AreEqual("connected disconnected", _hub.Story);
        Assert.IsFalse(_central.IsConnected);
        Assert.IsNull(_central.Scan());
        Fails(_central.Connect, GattException.NetworkError);
        _hub.Host(_ble);
        _central.Connect();
        Assert.AreEqual("connected disconnected connected", _hub.Story);
    }

    private static void Fails(Action operation, string name) => Assert.AreEqual(name, Assert.ThrowsExactly<GattException>(operation).Name);

    private bool Notify(byte first, int count)
    {
        byte[] value = new byte[count + 2];
        value[1] = first;
        return _ble.Notify(_hub.ValueCharacteristic, value, 1, count);
    }

    private bool Passed(int milliseconds)
    {
        _clock.Advance(milliseconds);
        return false;
    }
}
