using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Text;
using System.Threading;
using Hub.Core.Drivers;
using Hub.Core.Hal;

namespace Hub.Hal.Desktop;

/// <summary>
/// A simulated peripheral that behaves as an ESP32's under nanoFramework: one central at a time; the advertising pauses while it is connected; an access that the
/// hub does not answer within 2 s fails; notifications that the central does not fetch fill a queue; subscriptions end with their connection.
/// <see cref="SimulatedCentral"/> is the other side. Thread: any; the handler is called on a thread of its own. Ownership: disposed of by who made it.
/// </summary>
public sealed class SimulatedBle : IBle, IDisposable
{
    /// <summary>Most bytes of a value (Core Specification, volume 3, part F, section 3.2.9).</summary>
    public const int MaxValueBytes = 512;

    /// <summary>Most notifications that wait for the central.</summary>
    public const int MaxQueued = 12;

    /// <summary>The longest wait for a handler, which is nanoFramework's.</summary>
    internal const int AccessMs = 2000;

    /// <summary>Bytes of a notification's or a write's head.</summary>
    internal const int HeadBytes = 3;

    private const int MaxNameBytes = 29;
    private const int LookMs = 20;

    private readonly IClock _clock;
    private readonly CallThread _calls = new("bluetooth");
    private readonly CallThread _air = new("bluetooth air");
    private readonly Lock _gate = new();
    private readonly HashSet<string> _subscribed = new(StringComparer.OrdinalIgnoreCase);
    private BleService[] _services = [];
    private IBleHandler? _handler;
    private SimulatedAdvertisement? _advertised;
    private SimulatedCentral? _central;
    private SimulatedFaults _faults = new();
    private int _mtu;
    private int _writes;
    private int _queued;
    private int _connection;
    private long _slowestMs;

    /// <summary>Makes it; nothing is hosted yet.</summary>
    /// <param name="clock">By which accesses are slow.</param>
    public SimulatedBle(IClock clock)
    {
        _clock = clock;
    }

    /// <inheritdoc/>
    public bool IsAvailable => true;

    /// <inheritdoc/>
    public bool IsAdvertising => Scan() != null;

    /// <inheritdoc/>
    public int MaxNotifyBytes
    {
        get
        {
            lock (_gate)
            {
                return _central == null ? 0 : _mtu - HeadBytes;
            }
        }
    }

    /// <summary>True while a central is connected.</summary>
    public bool IsConnected => MaxNotifyBytes > 0;

    /// <summary>The device's name after <see cref="Host"/>; empty for none.</summary>
    public string Name { get; private set; } = "";

    /// <summary>What goes wrong from now on.</summary>
    public SimulatedFaults Faults
    {
        get
        {
            lock (_gate)
            {
                return _faults;
            }
        }

        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value.Mtu, SimulatedFaults.LeastMtu);
            lock (_gate)
            {
                _faults = value;
            }
        }
    }

    /// <summary>How long the slowest call of the handler took, in ms of real time: it must return at once.</summary>
    public long SlowestCallMs => Interlocked.Read(ref _slowestMs);

    /// <inheritdoc/>
    public void Host(string name, BleService[] services, IBleHandler handler)
    {
        if (Encoding.UTF8.GetByteCount(name) is 0 or > MaxNameBytes)
        {
            throw new ArgumentException($"must have 1 to {MaxNameBytes} bytes", nameof(name));
        }

        Stop();
        lock (_gate)
        {
            Name = name;
            _services = services;
            _handler = handler;
        }
    }

    /// <inheritdoc/>
    public void Advertise(byte[] advertisement, byte[] scanResponse)
    {
        SimulatedAdvertisement advertised = SimulatedAdvertisement.Place(AdStructures.Split(advertisement, scanResponse));
        lock (_gate)
        {
            _advertised = _handler == null ? throw new InvalidOperationException("nothing is hosted") : advertised;
        }
    }

    /// <inheritdoc/>
    public void StopAdvertising()
    {
        lock (_gate)
        {
            _advertised = null;
        }
    }

    /// <inheritdoc/>
    public void Disconnect()
    {
        SimulatedCentral? central;
        lock (_gate)
        {
            central = _central;
        }

        if (central != null)
        {
            // The handler hears of it on its own thread: the caller may hold what it waits for.
            End(central, waits: false);
        }
    }

    /// <inheritdoc/>
    public bool Notify(BleCharacteristic characteristic, byte[] value, int offset, int count)
    {
        SimulatedCentral? central;
        int connection;
        lock (_gate)
        {
            (central, connection) = (_central, _connection);
            if (central == null || !_subscribed.Contains(characteristic.Uuid) || count > _mtu - HeadBytes || _queued >= MaxQueued)
            {
                return false;
            }

            _queued++;
        }

        byte[] copy = value.AsSpan(offset, count).ToArray();
        _air.Post(() => Deliver(central, connection, characteristic.Uuid, copy));
        return true;
    }

    /// <inheritdoc/>
    public void Stop()
    {
        IBleHandler? handler;
        lock (_gate)
        {
            _advertised = null;
            handler = _handler;
        }

        Disconnect();
        if (handler != null && !_calls.IsCurrent)
        {
            // The calls that wait, the one about the end of the connection among them.
            using ManualResetEvent done = new(false);
            _calls.Post(() => Set(done));
            Await(done);
        }

        lock (_gate)
        {
            _handler = null;
            _services = [];
        }
    }

    /// <summary>Ends everything, and the threads.</summary>
    public void Dispose()
    {
        Stop();
        _calls.Dispose();
        _air.Dispose();
    }

    /// <summary>What a central finds; null while there is nothing to find.</summary>
    internal SimulatedAdvertisement? Scan()
    {
        lock (_gate)
        {
            return _central == null ? _advertised : null;
        }
    }

    /// <summary>Connects a central. Errors: <see cref="GattException"/>.</summary>
    internal (int Mtu, BleService[] Services) Connect(SimulatedCentral central)
    {
        IBleHandler handler;
        BleService[] services;
        lock (_gate)
        {
            if (_advertised == null || _central != null || _handler == null)
            {
                throw new GattException(GattException.NetworkError, "Connection attempt failed.");
            }

            (_central, _mtu, _writes, _queued, handler, services) = (central, SimulatedFaults.LeastMtu, 0, 0, _handler, _services);
            _connection++;
            _subscribed.Clear();
        }

        _ = Call(central, () =>
        {
            handler.OnConnected();
            return true;
        });
        lock (_gate)
        {
            _mtu = _central == central ? _faults.Mtu : throw GattException.Lost();
            return (_mtu, services);
        }
    }

    /// <summary>A central reads. Errors: <see cref="GattException"/>.</summary>
    internal byte[] Read(SimulatedCentral central, BleCharacteristic characteristic)
    {
        IBleHandler handler = HandlerOf(central);
        byte[]? value = Call(central, () => handler.OnRead(characteristic));
        Delay(central);
        return value is { Length: <= MaxValueBytes } ? [.. value] : throw GattException.Refused();
    }

    /// <summary>A central writes. Errors: <see cref="GattException"/>.</summary>
    internal void Write(SimulatedCentral central, BleCharacteristic characteristic, byte[] value, bool withResponse)
    {
        IBleHandler handler = HandlerOf(central);
        if (CountsAsLast())
        {
            // The hub gets it, and the central never hears of that.
            _ = TryCall(() => handler.OnWrite(characteristic, value), out _);
            End(central);
        }
        else if (!Call(central, () => handler.OnWrite(characteristic, value)) && withResponse)
        {
            throw GattException.Refused();
        }

        if (withResponse)
        {
            Delay(central);
        }
    }

    /// <summary>A central begins or ends a subscription. Errors: <see cref="GattException"/>.</summary>
    internal void Subscribe(SimulatedCentral central, BleCharacteristic characteristic, bool on)
    {
        IBleHandler handler = HandlerOf(central);
        lock (_gate)
        {
            if (_central != central || !(on ? _subscribed.Add(characteristic.Uuid) : _subscribed.Remove(characteristic.Uuid)))
            {
                return;
            }
        }

        _ = Call(central, () =>
        {
            handler.OnSubscribed(characteristic, on);
            return true;
        });
        Delay(central);
    }

    /// <summary>Ends a central's connection; nothing happens when it has none.</summary>
    /// <param name="central">The central.</param>
    /// <param name="waits">True to return once the handler has heard of it.</param>
    internal void End(SimulatedCentral central, bool waits = true)
    {
        IBleHandler? handler;
        lock (_gate)
        {
            if (_central != central)
            {
                return;
            }

            (_central, handler) = (null, _handler);
            _subscribed.Clear();
        }

        central.ShowEnd();
        if (handler != null && waits && !_calls.IsCurrent)
        {
            _ = TryCall(
                () =>
                {
                    handler.OnDisconnected();
                    return true;
                },
                out bool _);
        }
        else if (handler != null)
        {
            _calls.Post(handler.OnDisconnected);
        }

        _air.Post(central.RaiseDisconnected);
    }

    private static void Set(EventWaitHandle done)
    {
        try
        {
            done.Set();
        }
        catch (ObjectDisposedException)
        {
            // Its wait was given up.
        }
    }

    private bool CountsAsLast()
    {
        lock (_gate)
        {
            _writes++;
            return _writes == _faults.DropAfterWrites;
        }
    }

    private IBleHandler HandlerOf(SimulatedCentral central)
    {
        lock (_gate)
        {
            return _central == central && _handler != null ? _handler : throw GattException.Disconnected();
        }
    }

    private void Deliver(SimulatedCentral central, int connection, string uuid, byte[] value)
    {
        if (IsOf(central, connection))
        {
            // Returns once the central has room for it.
            central.Receive(uuid, value);
        }

        lock (_gate)
        {
            _queued -= _connection == connection ? 1 : 0;
        }
    }

    private bool IsOf(SimulatedCentral central, int connection)
    {
        lock (_gate)
        {
            return _central == central && _connection == connection;
        }
    }

    /// <summary>A call of the handler for a connected central. Errors: <see cref="GattException"/> when it takes too long, or the connection ends.</summary>
    private T Call<T>(SimulatedCentral central, Func<T> call)
    {
        bool isAnswered = TryCall(call, out T? answer);
        lock (_gate)
        {
            if (_central != central)
            {
                throw GattException.Lost();
            }
        }

        return isAnswered ? answer! : throw GattException.Failed();
    }

    private bool TryCall<T>(Func<T> call, out T? answer)
    {
        ManualResetEvent done = new(false);
        T? result = default;
        bool isAnswered = false;
        _calls.Post(() =>
        {
            long started = Stopwatch.GetTimestamp();
            try
            {
                result = call();
                Volatile.Write(ref isAnswered, true);
            }
            finally
            {
                long tookMs = (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds;
                Interlocked.Exchange(ref _slowestMs, Math.Max(tookMs, SlowestCallMs));
                done.Set();
            }
        });
        bool isInTime = Await(done) && Volatile.Read(ref isAnswered);
        answer = isInTime ? result : default;
        return isInTime;
    }

    /// <summary>Looks in real time and gives up by the clock, so that a clock that a test drives stands still meanwhile.</summary>
    private bool Await(ManualResetEvent done)
    {
        long untilMs = _clock.NowMs + AccessMs;
        while (!done.WaitOne(LookMs))
        {
            if (_clock.NowMs >= untilMs)
            {
                return false;
            }
        }

        return true;
    }

    private void Delay(SimulatedCentral central)
    {
        int delayMs = Faults.DelayMs;
        if (delayMs > 0)
        {
            _clock.Sleep(delayMs);
        }

        lock (_gate)
        {
            if (_central != central)
            {
                throw GattException.Lost();
            }
        }
    }
}
