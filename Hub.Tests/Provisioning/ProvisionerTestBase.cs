using System;
using System.Threading;
using Hub.Core;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Hal.Desktop;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Moq;

namespace Hub.Tests.Provisioning;

/// <summary>A hub that is set up over a radio of the test's, with its own threads and a clock that the test moves on.</summary>
public abstract class ProvisionerTestBase : IDisposable
{
    private readonly TestHal _hal = new(new DesktopHal("unused", new DesktopHalOptions { Nvs = new MemoryNvs() }));

    private protected ProvisionerTestBase()
    {
        Hub = NewHub();
        Central = new TestCentral(Ble);
    }

    private protected FarmHub Hub { get; private set; }

    private protected TestLog Lines { get; } = new();

    private protected TestCentral Central { get; }

    private protected TestBle Ble => _hal.Air;

    private protected TestWifi Wifi => _hal.Station;

    /// <summary>The pairing code.</summary>
    private protected string Code { get; private set; } = "";

    public void Dispose()
    {
        Wifi.Gate.Set();
        Hub.Dispose();
        _hal.Desktop.Dispose();
        Lines.AssertNoErrors();
        GC.SuppressFinalize(this);
    }

    /// <summary>Lets so much time pass.</summary>
    private protected void Pass(TimeSpan time) => _hal.Time.Pass(time);

    /// <summary>Presses the button until the hub has seen it; once in a test.</summary>
    private protected void Press()
    {
        _hal.Pressed = true;
        Seen("the button was pressed");
        _hal.Pressed = false;
    }

    /// <summary>Waits for a line of the log.</summary>
    private protected void Seen(string text) => Patience.Until(() => Lines.ToString().Contains(text, StringComparison.Ordinal), text, Lines.ToString);

    /// <summary>Gives the hub the network "farm", as a former owner did.</summary>
    private protected void Provisioned()
    {
        Hub.Config.SetWifi(new System.Collections.Hashtable { ["ssid"] = "farm", ["password"] = "FAKE-PASSWORD" });
        Patience.Until(() => Wifi.State == WifiState.Connected, "the network", Lines.ToString);
        const int StateAt = 25;
        Patience.Until(() => Ble.Advertisement[StateAt] == 4, "the advertisement of a hub that has its network", Lines.ToString);
    }

    /// <summary>The hub ends, and another begins on the same storage.</summary>
    private protected void Restart()
    {
        Hub.Dispose();
        Wifi.State = WifiState.Idle;
        Hub = NewHub();
    }

    private FarmHub NewHub()
    {
        FarmHub hub = new(_hal, new Log(Lines, _hal.Time, LogLevel.Debug));
        hub.Load();
        hub.StartNetwork();
        Code = hub.StartProvisioning("https://hub.example/");
        Patience.Until(() => Ble.IsAdvertising, "the advertisement", Lines.ToString);
        return hub;
    }

    private sealed class TestHal : ForwardingHal
    {
        private readonly Mock<IButton> _button = new();
        private volatile bool _isPressed;

        public TestHal(DesktopHal desktop)
            : base(desktop)
        {
            Desktop = desktop;
            Radio = new Radio(Station, Air);
            _button.Setup(b => b.IsPressed).Returns(() => _isPressed);
        }

        public DesktopHal Desktop { get; }

        public ShiftedClock Time { get; } = new();

        public TestBle Air { get; } = new();

        public TestWifi Station { get; } = new();

        public bool Pressed
        {
            set => _isPressed = value;
        }

        public override IClock Clock => Time;

        public override IButton Button => _button.Object;

        public override IRadio Radio { get; }
    }

    /// <summary>The machine's clock, which a test can set forward.</summary>
    private sealed class ShiftedClock : IClock
    {
        private readonly DesktopClock _clock = new();
        private long _shiftMs;

        public long NowMs => _clock.NowMs + Volatile.Read(ref _shiftMs);

        public DateTime UtcNow => _clock.UtcNow.AddMilliseconds(Volatile.Read(ref _shiftMs));

        public bool IsUtcSynced => true;

        public void Pass(TimeSpan time) => Interlocked.Add(ref _shiftMs, (long)time.TotalMilliseconds);

        public void Sleep(int milliseconds) => _clock.Sleep(milliseconds);

        public bool Wait(WaitHandle handle, int milliseconds) => _clock.Wait(handle, milliseconds);
    }
}
