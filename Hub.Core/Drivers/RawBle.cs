using System;
using System.Collections;
using System.Text;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;

namespace Hub.Core.Drivers;

/// <summary>
/// A Bluetooth peripheral over a small device's calls. The device cannot end a connection or stop advertising alone, so the radio stops for that; it starts again when the
/// hub is to be found. Thread: any; calls are serialised inside. The handler is called on the device's thread, or on one of its own when a connection is ended
/// from here, or on that of <see cref="Stop"/>'s caller.
/// </summary>
public sealed class RawBle : IBle, IRawBleEvents
{
    /// <summary>MTU of a connection until its central asks for more (Bluetooth Core Specification, volume 3, part G, section 5.2.1).</summary>
    private const int LeastMtuBytes = 23;

    private const int MaxMtuBytes = 517;

    /// <summary>Bytes of a notification besides its value.</summary>
    private const int HeadBytes = 3;

    private const int MaxValueBytes = 512;
    private const int MaxNameBytes = 29;

    /// <summary>Pause of the thread while no central is connected, in ms.</summary>
    private const int RestMs = 60000;

    private const string Area = "bluetooth";

    private readonly IRawBle _ble;
    private readonly IClock _clock;

    /// <summary>Held during calls of the device. Its own thread never waits for it while it holds a lock of the device's library.</summary>
    private readonly object _calls = new object();

    /// <summary>Guards what is known of the connection; held for a moment only.</summary>
    private readonly object _known = new object();

    /// <summary>Held during calls of the handler.</summary>
    private readonly object _handling = new object();

    private readonly AutoResetEvent _wake = new AutoResetEvent(false);
    private readonly ArrayList _subscribed = new ArrayList();
    private readonly FreezeWatch _freeze = new FreezeWatch();
    private readonly NotifyBudget _budget = new NotifyBudget();
    private ArrayList? _advertised;
    private IBleHandler? _handler;
    private bool _isProbed;
    private bool _isAvailable;
    private bool _isOn;
    private bool _isPending;
    private bool _isConnected;
    private bool _owesEnd;
    private bool _hasThread;
    private int _mtuBytes;

    /// <summary>Makes the peripheral; the radio is not touched yet.</summary>
    public RawBle(IRawBle ble, IClock clock)
    {
        _ble = ble;
        _clock = clock;
    }

    /// <summary>False where the runtime lacks the native half of its library, which the first question finds out.</summary>
    public bool IsAvailable
    {
        get
        {
            lock (_calls)
            {
                if (!_isProbed)
                {
                    _isProbed = true;
                    _isAvailable = Guard.Try(null, Area, _ble.Probe);
                }

                return _isAvailable;
            }
        }
    }

    /// <inheritdoc/>
    public bool IsAdvertising
    {
        get
        {
            lock (_calls)
            {
                return _isOn && _advertised != null && !IsConnected();
            }
        }
    }

    /// <inheritdoc/>
    public int MaxNotifyBytes
    {
        get
        {
            lock (_known)
            {
                return _isConnected ? _mtuBytes - HeadBytes : 0;
            }
        }
    }

    /// <inheritdoc/>
    public void Host(string name, BleService[] services, IBleHandler handler)
    {
        int nameBytes = Encoding.UTF8.GetBytes(name).Length;
        if (nameBytes == 0 || nameBytes > MaxNameBytes)
        {
            throw new ArgumentException("a name must have 1 to 29 bytes");
        }

        if (!IsAvailable)
        {
            throw new HubException(ErrorCode.NotSupported, "this board's runtime has no Bluetooth");
        }

        Stop();
        lock (_calls)
        {
            _ble.Host(name, services, this);
            lock (_known)
            {
                _handler = handler;
                if (!_hasThread)
                {
                    _hasThread = true;
                    new Thread(Guard.Loop(null, Area, Run)).Start();
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Advertise(byte[] advertisement, byte[] scanResponse)
    {
        ArrayList structures = AdStructures.Split(advertisement, scanResponse);
        lock (_calls)
        {
            if (_handler == null)
            {
                throw new InvalidOperationException("nothing is hosted");
            }

            _advertised = structures;
            ApplyUnlessConnected();
        }
    }

    /// <inheritdoc/>
    public void StopAdvertising()
    {
        lock (_calls)
        {
            _advertised = null;
            Guard.Try(null, Area, ApplyUnlessConnected);
        }
    }

    /// <inheritdoc/>
    public void Disconnect()
    {
        lock (_calls)
        {
            if (!IsConnected())
            {
                return;
            }

            TurnOff();
            if (_advertised != null)
            {
                Guard.Try(null, Area, Apply);
            }
        }

        // The handler hears of it on the thread: the caller may hold what it waits for.
        _wake.Set();
    }

    /// <inheritdoc/>
    public bool Notify(BleCharacteristic characteristic, byte[] value, int offset, int count)
    {
        lock (_known)
        {
            if (!_isConnected || count > _mtuBytes - HeadBytes || !_subscribed.Contains(characteristic.Uuid) || !_budget.TryTake(_clock.NowMs))
            {
                return false;
            }
        }

        byte[] copy = new byte[count];
        Array.Copy(value, offset, copy, 0, count);
        try
        {
            return _ble.Notify(characteristic, copy);
        }
        catch (ThreadAbortException)
        {
            throw;
        }
        catch (Exception)
        {
            // The connection has just ended, or memory has: lost either way.
            return false;
        }
    }

    /// <inheritdoc/>
    public void Stop()
    {
        lock (_calls)
        {
            _advertised = null;
            _isPending = false;
            TurnOff();
        }

        DeliverEnd();
        lock (_known)
        {
            _handler = null;
        }

        _wake.Set();
    }

    /// <inheritdoc/>
    public void OnConnection(bool isConnected)
    {
        // Also when it connects: then the end of the one before was never reported.
        EndConnection();
        DeliverEnd();
        IBleHandler? handler;
        lock (_known)
        {
            handler = isConnected ? _handler : null;
            if (handler != null)
            {
                _isConnected = true;
                _mtuBytes = LeastMtuBytes;
                _budget.Reset(_clock.NowMs);
                _freeze.Begin(_clock.NowMs);
            }
        }

        if (handler != null)
        {
            lock (_handling)
            {
                Guard.Try(null, Area, handler.OnConnected);
            }
        }

        _wake.Set();
    }

    /// <inheritdoc/>
    public void OnMtu(int mtuBytes)
    {
        lock (_known)
        {
            _mtuBytes = mtuBytes < LeastMtuBytes ? LeastMtuBytes : mtuBytes > MaxMtuBytes ? MaxMtuBytes : mtuBytes;
        }
    }

    /// <inheritdoc/>
    public void OnSubscribers(BleCharacteristic characteristic, int count)
    {
        bool isSubscribed = count > 0;
        IBleHandler? handler;
        lock (_known)
        {
            if (!_isConnected || _subscribed.Contains(characteristic.Uuid) == isSubscribed)
            {
                return;
            }

            if (isSubscribed)
            {
                _subscribed.Add(characteristic.Uuid);
            }
            else
            {
                _subscribed.Remove(characteristic.Uuid);
            }

            handler = _handler;
        }

        lock (_handling)
        {
            try
            {
                handler?.OnSubscribed(characteristic, isSubscribed);
            }
            catch (ThreadAbortException)
            {
                throw;
            }
            catch (Exception)
            {
                // The device's thread must not end by it.
            }
        }
    }

    /// <inheritdoc/>
    public void OnRead(BleCharacteristic characteristic, IRawBleAccess access)
    {
        if (IsTooLate())
        {
            return;
        }

        IBleHandler? handler = HandlerNow();
        byte[]? value = null;
        try
        {
            lock (_handling)
            {
                value = handler?.OnRead(characteristic);
            }
        }
        catch (ThreadAbortException)
        {
            throw;
        }
        catch (Exception)
        {
            // Refused below.
        }

        if (value != null && value.Length <= MaxValueBytes)
        {
            access.Accept(value);
        }
        else
        {
            access.Refuse();
        }
    }

    /// <inheritdoc/>
    public void OnWrite(BleCharacteristic characteristic, IRawBleAccess access)
    {
        if (IsTooLate())
        {
            return;
        }

        IBleHandler? handler = HandlerNow();
        bool isAccepted = false;
        byte[] value = access.Take();
        try
        {
            lock (_handling)
            {
                isAccepted = handler != null && value.Length <= MaxValueBytes && handler.OnWrite(characteristic, value);
            }
        }
        catch (ThreadAbortException)
        {
            throw;
        }
        catch (Exception)
        {
            // Refused below.
        }

        if (isAccepted)
        {
            access.Accept(new byte[0]);
        }
        else
        {
            access.Refuse();
        }
    }

    /// <summary>
    /// True for an access that may have waited for more than 2 s. It is left alone then: its central has its error already, and of a late one the ESP32's runtime gives an empty value
    /// or bytes that are no longer its own; an answer to it leaves a lock held, after which every access fails (GattWriteRequest's natives).
    /// </summary>
    private bool IsTooLate()
    {
        lock (_known)
        {
            return !_isConnected || _freeze.WasFrozen(_clock.NowMs);
        }
    }

    private IBleHandler? HandlerNow()
    {
        lock (_known)
        {
            return _handler;
        }
    }

    private bool IsConnected()
    {
        lock (_known)
        {
            return _isConnected;
        }
    }

    /// <summary>With the calls' lock.</summary>
    private void ApplyUnlessConnected()
    {
        _isPending = IsConnected();
        if (!_isPending)
        {
            Apply();
        }
    }

    /// <summary>Makes the radio do what is wanted; with the calls' lock.</summary>
    private void Apply()
    {
        _isPending = false;
        if (_advertised == null)
        {
            TurnOff();
        }
        else if (_isOn)
        {
            _ble.Change(_advertised);
        }
        else
        {
            _isOn = true;
            string why = Start(_advertised);
            if (why.Length > 0)
            {
                TurnOff();
                throw new HubException(ErrorCode.NotSupported, "Bluetooth did not start: " + why);
            }
        }
    }

    /// <summary>Starts the radio; with the calls' lock.</summary>
    /// <returns>Why it did not start; empty for a success.</returns>
    private string Start(ArrayList structures)
    {
        try
        {
            return _ble.Start(structures) ? "" : "the radio does not advertise";
        }
        catch (ThreadAbortException)
        {
            throw;
        }
        catch (Exception e)
        {
            return e.Message;
        }
    }

    /// <summary>Stops the radio and with it the connection, if it is on; with the calls' lock. Throws nothing.</summary>
    private void TurnOff()
    {
        if (_isOn)
        {
            _isOn = false;
            Guard.Try(null, Area, _ble.Stop);
        }

        EndConnection();
    }

    /// <summary>The connection is over; the handler has yet to hear of it.</summary>
    private void EndConnection()
    {
        lock (_known)
        {
            _owesEnd = _owesEnd || _isConnected;
            _isConnected = false;
            _subscribed.Clear();
        }
    }

    private void DeliverEnd()
    {
        lock (_handling)
        {
            IBleHandler? handler;
            lock (_known)
            {
                handler = _owesEnd ? _handler : null;
                _owesEnd = false;
            }

            if (handler != null)
            {
                Guard.Try(null, Area, handler.OnDisconnected);
            }
        }
    }

    private void Run()
    {
        while (Turn())
        {
            _clock.Wait(_wake, IsConnected() ? FreezeWatch.PulseMs : RestMs);
        }
    }

    /// <summary>False when nothing is hosted any more, and the thread ends.</summary>
    private bool Turn()
    {
        lock (_known)
        {
            _freeze.Pulse(_clock.NowMs);
            if (_handler == null)
            {
                _hasThread = false;
                return false;
            }
        }

        DeliverEnd();
        lock (_calls)
        {
            if (_isPending && !IsConnected())
            {
                Apply();
            }
        }

        return true;
    }
}
