using System.Collections;
using Hub.Core.Hal;

namespace Hub.Core.Provisioning;

/// <summary>
/// Improv Wi-Fi's service (improv-wifi.com/ble, 2.2): its states, errors and commands. Decides; what is to be done lies in <see cref="TakeCommand"/>. No I/O. Thread: the
/// caller's lock.
/// </summary>
internal sealed class ImprovService
{
    /// <summary>State: press the button.</summary>
    public const byte AuthorizationRequired = 1;

    /// <summary>State: ready for credentials.</summary>
    public const byte Authorized = 2;

    /// <summary>State: joining.</summary>
    public const byte Provisioning = 3;

    /// <summary>State: joined.</summary>
    public const byte Provisioned = 4;

    /// <summary>Identify, device info and scan.</summary>
    public const byte Capabilities = 0x07;

    /// <summary>Error: none.</summary>
    public const byte NoError = 0;

    /// <summary>Error: the packet is wrong.</summary>
    public const byte InvalidPacket = 1;

    /// <summary>Error: no such command.</summary>
    public const byte UnknownCommand = 2;

    /// <summary>Error: could not join.</summary>
    public const byte UnableToConnect = 3;

    /// <summary>Error: writing is not open.</summary>
    public const byte NotAuthorized = 4;

    /// <summary>Error: anything else, a join that runs already included.</summary>
    public const byte UnknownError = 0xFF;

    private readonly GattIds _ids;
    private readonly ImprovPackets _packets = new ImprovPackets();
    private readonly Queue _commands = new Queue();
    private bool _isErrorNew;
    private bool _isResultNew;
    private byte _shownState;
    private byte[]? _settings;
    private bool _isJoining;
    private bool _isJoined;
    private bool _isScanning;

    public ImprovService(GattIds ids)
    {
        _ids = ids;
    }

    /// <summary>Error that clients see.</summary>
    public byte Error { get; private set; }

    /// <summary>The newest result, empty before the first one.</summary>
    public byte[] Result { get; private set; } = new byte[0];

    /// <summary>A connection began or ended. A network that was accepted is still joined.</summary>
    public void Reset()
    {
        _packets.Reset();
        _commands.Clear();
        _isJoined = false;
        Error = NoError;
        _isErrorNew = false;
        Result = new byte[0];
        _isResultNew = false;
    }

    /// <summary>A central has connected: it reads by itself what there is now.</summary>
    public void Heard(bool isWriteOpen) => _shownState = State(isWriteOpen);

    /// <summary>The error, once for each time that it was set to one and when it is over; null for nothing new.</summary>
    public byte[]? TakeError()
    {
        bool isNew = _isErrorNew;
        _isErrorNew = false;
        return isNew ? new[] { Error } : null;
    }

    /// <summary>The state, once when it has changed; null for nothing new.</summary>
    public byte[]? TakeState(bool isWriteOpen)
    {
        byte state = State(isWriteOpen);
        bool isNew = state != _shownState;
        _shownState = state;
        return isNew ? new[] { state } : null;
    }

    /// <summary>The newest result, once; null for nothing new.</summary>
    public byte[]? TakeResult()
    {
        bool isNew = _isResultNew;
        _isResultNew = false;
        return isNew ? Result : null;
    }

    /// <summary>State that clients see.</summary>
    public byte State(bool isWriteOpen)
    {
        if (_isJoining)
        {
            return Provisioning;
        }

        if (_isJoined)
        {
            return Provisioned;
        }

        return isWriteOpen ? Authorized : AuthorizationRequired;
    }

    /// <summary>What a central reads; null for another service's.</summary>
    public byte[]? Read(BleCharacteristic characteristic, bool isWriteOpen)
    {
        if (characteristic == _ids.ImprovState)
        {
            return new[] { State(isWriteOpen) };
        }

        if (characteristic == _ids.ImprovError)
        {
            return new[] { Error };
        }

        if (characteristic == _ids.ImprovResult)
        {
            return Result;
        }

        return characteristic == _ids.ImprovCapabilities ? new[] { Capabilities } : null;
    }

    /// <summary>A part of a command. What is wrong with it shows in <see cref="Error"/>, as the protocol wants.</summary>
    /// <param name="part">The bytes.</param>
    /// <param name="isWriteOpen">True while anybody may write.</param>
    /// <param name="isBusy">True while another join runs.</param>
    /// <param name="nowMs">Time of the hub's clock, in ms.</param>
    /// <returns>True when a join begins by it.</returns>
    public bool Write(byte[] part, bool isWriteOpen, bool isBusy, long nowMs)
    {
        byte[]? packet = _packets.Take(part, nowMs);
        if (packet == null)
        {
            return false;
        }

        Set(packet.Length == 0 ? InvalidPacket : ErrorOf(packet, isWriteOpen, isBusy));
        if (Error != NoError)
        {
            return false;
        }

        if (packet[0] != ImprovPackets.Settings)
        {
            _commands.Enqueue(packet);
            return false;
        }

        _settings = packet;
        _isJoining = true;
        _isJoined = false;
        return true;
    }

    /// <summary>The next command to carry out, as its packet; null for none.</summary>
    public byte[]? TakeCommand()
    {
        byte[]? next = _settings;
        _settings = null;
        if (next == null && _commands.Count > 0)
        {
            next = (byte[])_commands.Dequeue()!;
            _isScanning |= next[0] == ImprovPackets.Scan;
        }

        return next;
    }

    /// <summary>The network of a command, as parameters of wifi.join.</summary>
    public static Hashtable Network(byte[] packet)
    {
        Hashtable network = new Hashtable();
        network["ssid"] = WifiText.Ssid(ImprovPackets.TextAt(packet, 0, 2)!);
        network["password"] = WifiText.Password(ImprovPackets.TextAt(packet, 1, 2)!);
        return network;
    }

    /// <summary>A join that Improv asked for ended.</summary>
    public void JoinEnded(bool isJoined)
    {
        _isJoining = false;
        _isJoined = isJoined;
        Set(isJoined ? NoError : UnableToConnect);
    }

    /// <summary>A command has its result.</summary>
    public void SetResult(byte[] packet)
    {
        Result = packet;
        _isResultNew = true;
    }

    /// <summary>A search ended.</summary>
    /// <param name="packet">Its result; null when it failed.</param>
    public void ScanEnded(byte[]? packet)
    {
        _isScanning = false;
        if (packet != null)
        {
            SetResult(packet);
        }
        else
        {
            Set(UnknownError);
        }
    }

    private void Set(byte error)
    {
        // The same error again is news as well.
        _isErrorNew |= error != NoError || Error != NoError;
        Error = error;
    }

    private byte ErrorOf(byte[] packet, bool isWriteOpen, bool isBusy)
    {
        const int MaxCommands = 4;
        byte command = packet[0];
        if (command < ImprovPackets.Settings || command > ImprovPackets.Scan)
        {
            return UnknownCommand;
        }

        if (_commands.Count >= MaxCommands || (command == ImprovPackets.Scan && _isScanning))
        {
            return UnknownError;
        }

        if (command != ImprovPackets.Settings)
        {
            return packet.Length == 2 ? NoError : InvalidPacket;
        }

        byte[]? ssid = ImprovPackets.TextAt(packet, 0, 2);
        byte[]? password = ImprovPackets.TextAt(packet, 1, 2);
        if (ssid == null || password == null)
        {
            return InvalidPacket;
        }

        if (!isWriteOpen)
        {
            return NotAuthorized;
        }

        if (_isJoining || isBusy)
        {
            return UnknownError;
        }

        if (WifiText.Ssid(ssid) == null || WifiText.Password(password) == null)
        {
            return UnableToConnect;
        }

        return NoError;
    }
}
