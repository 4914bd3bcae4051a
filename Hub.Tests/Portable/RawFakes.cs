using System;
using System.Collections;
using Hub.Core.Drivers;
using Hub.Core.Hal;

namespace Hub.Tests.Portable;

/// <summary>A small device's network in memory: every dial gives a <see cref="FakeRawSocket"/>, or the error that was set.</summary>
internal sealed class FakeRawNetwork : IRawNetwork
{
    private readonly ManualClock _clock;

    public FakeRawNetwork(ManualClock clock)
    {
        _clock = clock;
    }

    public bool IsUp { get; set; } = true;

    /// <summary>Sockets in the order of their opening.</summary>
    public ArrayList Sockets { get; } = new ArrayList();

    /// <summary>Names that were looked up.</summary>
    public int Lookups { get; private set; }

    /// <summary>Error of the next lookups; 0 for none.</summary>
    public int LookupError { get; set; }

    /// <summary>Error of opening a socket; 0 for none.</summary>
    public int OpenError { get; set; }

    /// <summary>Error of the next connects; 0 for none.</summary>
    public int ConnectError { get; set; }

    /// <summary>What every lookup, opening, connect and handshake throws although no driver should; null for nothing.</summary>
    public Exception? Fault { get; set; }

    /// <summary>The UDP socket that is opened; null to fail with <see cref="OpenError"/>.</summary>
    public IRawUdp? Udp { get; set; }

    /// <summary>Error of the next handshakes; <see cref="int.MinValue"/> for none.</summary>
    public int TlsError { get; set; } = int.MinValue;

    /// <summary>How long a handshake takes on the driven clock.</summary>
    public int HandshakeMs { get; set; }

    /// <summary>How long a lookup takes on the driven clock.</summary>
    public int LookupMs { get; set; }

    public FakeRawSocket Last => (FakeRawSocket)Sockets[Sockets.Count - 1]!;

    /// <summary>Sockets that were opened and not closed.</summary>
    public int Open
    {
        get
        {
            int open = 0;
            for (int i = 0; i < Sockets.Count; i++)
            {
                open += ((FakeRawSocket)Sockets[i]!).Closes == 0 ? 1 : 0;
            }

            return open;
        }
    }

    public void PassHandshake() => _clock.Advance(HandshakeMs);

    public void ThrowFault()
    {
        if (Fault != null)
        {
            throw Fault;
        }
    }

    public byte[] Resolve(string host)
    {
        Lookups++;
        ThrowFault();
        _clock.Advance(LookupMs);
        if (LookupError != 0)
        {
            throw new RawSocketException(LookupError);
        }

        return new byte[] { 10, 0, 0, 7 };
    }

    public IRawSocket OpenTcp()
    {
        if (OpenError != 0)
        {
            throw new RawSocketException(OpenError);
        }

        FakeRawSocket socket = new FakeRawSocket(this);
        Sockets.Add(socket);
        return socket;
    }

    public IRawUdp OpenUdp(int localPort)
    {
        ThrowFault();
        return Udp ?? throw new RawSocketException(OpenError);
    }
}

/// <summary>A socket in memory that notes what it is asked.</summary>
internal sealed class FakeRawSocket : IRawSocket
{
    private readonly FakeRawNetwork _network;

    public FakeRawSocket(FakeRawNetwork network)
    {
        _network = network;
    }

    public int Closes { get; private set; }

    public byte[]? Address { get; private set; }

    public int ConnectMs { get; private set; }

    public string? ServerName { get; private set; }

    public string? CaPem { get; private set; }

    public bool IsVerified { get; private set; }

    /// <summary>Bytes that the network brought.</summary>
    public int Arrived { get; set; }

    /// <summary>True when the peer has closed.</summary>
    public bool IsEnded { get; set; }

    public int Pending { get; set; }

    /// <summary>How many pieces the socket still accepts.</summary>
    public int Accepts { get; set; } = int.MaxValue;

    /// <summary>Error of the next send or receive; 0 for none.</summary>
    public int Error { get; set; }

    /// <summary>What the next looks throw although no driver should; null for nothing.</summary>
    public Exception? PollFault { get; set; }

    /// <summary>Sizes of the pieces that were sent, separated by blanks.</summary>
    public string Pieces { get; private set; } = "";

    /// <summary>Receives that would have stopped every thread of the board, because nothing had arrived.</summary>
    public int BlindReceives { get; private set; }

    /// <summary>Sends that would have stopped every thread of the board, because the socket had not accepted anything.</summary>
    public int BlindSends { get; private set; }

    public byte[]? RemoteAddress => Address;

    public void Connect(byte[] address, int port, int timeoutMs)
    {
        Address = address;
        ConnectMs = timeoutMs;
        _network.ThrowFault();
        if (_network.ConnectError != 0)
        {
            throw new RawSocketException(_network.ConnectError);
        }
    }

    public void StartTls(string serverName, string? caPem, bool isVerified)
    {
        ServerName = serverName;
        CaPem = caPem;
        IsVerified = isVerified;
        _network.PassHandshake();
        _network.ThrowFault();
        if (_network.TlsError != int.MinValue)
        {
            throw new RawTlsException(_network.TlsError);
        }
    }

    public bool CanRead(int timeoutMs)
    {
        if (PollFault != null)
        {
            throw PollFault;
        }

        return Arrived > 0 || IsEnded || Error != 0;
    }

    public bool CanWrite(int timeoutMs) => Accepts > 0;

    public int Receive(byte[] buffer, int offset, int count)
    {
        if (Error != 0)
        {
            throw new RawSocketException(Error);
        }

        if (Pending == 0 && Arrived == 0 && !IsEnded)
        {
            BlindReceives++;
        }

        int given = Pending + Arrived < count ? Pending + Arrived : count;
        Pending = 0;
        Arrived = 0;
        return given;
    }

    public void Send(byte[] buffer, int offset, int count)
    {
        if (Error != 0)
        {
            throw new RawSocketException(Error);
        }

        if (Accepts <= 0)
        {
            BlindSends++;
        }

        Accepts--;
        Pieces += count.ToString() + " ";
    }

    public void Close() => Closes++;
}

/// <summary>A UDP socket in memory each of whose calls fails.</summary>
internal sealed class BrokenRawUdp : IRawUdp
{
    public int LocalPort => 2021;

    public string RemoteAddress => "";

    public void JoinGroup(byte[] group, byte[] onInterface) => throw new RawSocketException(10038);

    public void SendTo(byte[] buffer, int offset, int count, byte[] address, int port) => throw new RawSocketException(10038);

    public bool CanRead(int timeoutMs) => throw new RawSocketException(10038);

    public int ReceiveFrom(byte[] buffer) => throw new RawSocketException(10038);

    public void Close()
    {
        // There is nothing to close.
    }
}

/// <summary>A radio in memory.</summary>
internal sealed class FakeRawWifi : IRawWifi
{
    /// <summary>What a connect throws although no driver should; null for nothing.</summary>
    public Exception? Fault { get; set; }

    public bool HasAddress { get; set; }

    /// <summary>True to get an address by joining.</summary>
    public bool GivesAddress { get; set; } = true;

    public RawWifiResult Result { get; set; }

    /// <summary>What a search finds; null for a search that does not end.</summary>
    public WifiNetwork[]? Found { get; set; } = new WifiNetwork[0];

    public int Scans { get; private set; }

    public WifiNetwork[]? Scan(int timeoutMs)
    {
        Scans++;
        return Found;
    }

    public RawWifiResult Connect(string ssid, string password)
    {
        if (Fault != null)
        {
            throw Fault;
        }

        HasAddress = Result == RawWifiResult.Joined && GivesAddress;
        return Result;
    }

    public void Disconnect() => HasAddress = false;
}
