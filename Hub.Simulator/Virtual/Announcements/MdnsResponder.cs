using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Discovery;

namespace Hub.Simulator.Virtual.Announcements;

/// <summary>
/// Announces services by mDNS on one interface and answers questions about them (RFC 6762, RFC 6763). Names are not probed
/// for (§8.1): they contain the port, which no other program of this machine has at the same time. Thread: any.
/// </summary>
/// <remarks>
/// The port is shared with other responders of this machine (SO_REUSEADDR): all of them receive what is sent to the group, but a
/// datagram to the machine's own address reaches only one. So a question from the mDNS port is always answered to the group,
/// even when it asks for a unicast answer (§5.4 allows it); only legacy questions, which come from another port, are
/// answered to that port alone (§6.7).
/// </remarks>
public sealed class MdnsResponder : IAsyncDisposable
{
    private const string AllServices = "_services._dns-sd._udp.local";
    private const int HostTtl = 120;
    private const int OtherTtl = 4500;

    /// <summary>Longest TTL for a legacy resolver (RFC 6762 §6.7).</summary>
    private const int LegacyTtl = 10;

    /// <summary>Most services whose records all fit into one message.</summary>
    private const int ServicesPerMessage = 4;

    private static readonly IPAddress s_group = IPAddress.Parse(MdnsTypes.Group);

    private readonly string _host;
    private readonly byte[] _address;
    private readonly IReadOnlyList<MdnsService> _services;
    private readonly IPEndPoint _toGroup;
    private readonly int _interfaceIndex;
    private readonly TimeProvider _time;
    private readonly Socket _socket;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly byte[] _message = new byte[MdnsWriter.MaxMessageBytes];
    private readonly MdnsWriter _writer;
    private readonly MdnsReader _reader = new();
    private readonly Task _work;

    /// <summary>Starts it.</summary>
    /// <param name="services">What to announce.</param>
    /// <param name="host">Name of the machine, such as printer.local.</param>
    /// <param name="address">Its IPv4 address, whose interface is used.</param>
    /// <param name="port">5353, except in tests.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="SocketException">The port is held by a program that does not share it, or there is no such interface.</exception>
    public MdnsResponder(IReadOnlyList<MdnsService> services, string host, IPAddress address, int port, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(address);
        _services = services;
        _host = host;
        _address = address.GetAddressBytes();
        _toGroup = new IPEndPoint(s_group, port);
        _time = time;
        _writer = new MdnsWriter(_message);
        _interfaceIndex = IndexOf(address);
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            _socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            _socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.PacketInformation, true);
            _socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface, _address);

            // RFC 6762 §11: receivers may ignore datagrams that could come from another network.
            _socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastTimeToLive, 255);
            _socket.Bind(new IPEndPoint(IPAddress.Any, port));
            _socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, new MulticastOption(s_group, address));
        }
        catch
        {
            _socket.Dispose();
            throw;
        }

        _work = Task.WhenAll(AnnounceAsync(), AnswerAsync());
    }

    /// <summary>Datagrams that made the responder fail.</summary>
    public int Faults { get; private set; }

    /// <summary>Withdraws the announcements (RFC 6762 §10.1) and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await SendAsync(_services, [], new Answer(_toGroup, 0, false, IsGoodbye: true), CancellationToken.None).ConfigureAwait(false);
        _socket.Dispose();
        _sending.Dispose();
        _stop.Dispose();
    }

    private static int IndexOf(IPAddress address)
    {
        if (IPAddress.IsLoopback(address))
        {
            return NetworkInterface.LoopbackInterfaceIndex;
        }

        NetworkInterface? found = NetworkInterface.GetAllNetworkInterfaces()
            .FirstOrDefault(i => i.GetIPProperties().UnicastAddresses.Any(u => u.Address.Equals(address)));
        return found?.GetIPProperties().GetIPv4Properties().Index ?? throw new SocketException((int)SocketError.AddressNotAvailable);
    }

    private static bool IsSame(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    /// <summary>Twice, one second apart (RFC 6762 §8.3).</summary>
    private async Task AnnounceAsync()
    {
        Answer answer = new(_toGroup, 0, false, IsGoodbye: false);
        await SendAsync(_services, [], answer, _stop.Token).ConfigureAwait(false);
        await Task.Delay(TimeSpan.FromSeconds(1), _time, _stop.Token).ConfigureAwait(false);
        await SendAsync(_services, [], answer, _stop.Token).ConfigureAwait(false);
    }

    private async Task AnswerAsync()
    {
        byte[] buffer = new byte[9000];
        while (true)
        {
            SocketReceiveMessageFromResult received;
            try
            {
                received = await _socket.ReceiveMessageFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), _stop.Token).ConfigureAwait(false);
            }
            catch (SocketException)
            {
                // An earlier datagram could not be delivered.
                continue;
            }

            if (received.PacketInformation.Interface == _interfaceIndex)
            {
                await TryTakeAsync(buffer, received.ReceivedBytes, (IPEndPoint)received.RemoteEndPoint).ConfigureAwait(false);
            }
        }
    }

    /// <summary>A question that cannot be answered must not end the responder.</summary>
    private async Task TryTakeAsync(byte[] buffer, int count, IPEndPoint sender)
    {
        try
        {
            await TakeAsync(buffer, count, sender).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not (OperationCanceledException or ObjectDisposedException))
        {
            Faults++;
        }
    }

    private async Task TakeAsync(byte[] buffer, int count, IPEndPoint sender)
    {
        List<(string Name, int Type)> questions = [];
        HashSet<string> known = new(StringComparer.OrdinalIgnoreCase);
        int id = Read(buffer, count, questions, known);
        if (questions.Count == 0)
        {
            return;
        }

        // Known answers are suppressed (RFC 6762 §7.1).
        MdnsService[] asked = [.. _services.Where(s => questions.Exists(q => Asks(q, s)) && !known.Contains(s.Instance))];
        bool isHostAsked = questions.Exists(q => IsSame(q.Name, _host) && q.Type is MdnsTypes.A or MdnsTypes.Any);
        bool areTypesAsked = questions.Exists(q => IsSame(q.Name, AllServices) && q.Type is MdnsTypes.Ptr or MdnsTypes.Any);
        if (asked.Length == 0 && !isHostAsked && !areTypesAsked)
        {
            return;
        }

        bool isLegacy = sender.Port != _toGroup.Port;
        Answer answer = new(isLegacy ? sender : _toGroup, isLegacy ? id : 0, isLegacy, IsGoodbye: false)
        {
            Questions = isLegacy ? questions : [],
            WithHost = isHostAsked,
        };
        string[] types = areTypesAsked ? [.. _services.Select(s => s.Type).Distinct()] : [];
        await SendAsync(asked, types, answer, _stop.Token).ConfigureAwait(false);
    }

    /// <summary>Reads a query and returns its id.</summary>
    private int Read(byte[] buffer, int count, List<(string Name, int Type)> questions, HashSet<string> known)
    {
        if (!_reader.Begin(buffer, 0, count) || _reader.IsResponse)
        {
            return 0;
        }

        for (MdnsItem item = _reader.Next(); item is MdnsItem.Question or MdnsItem.Record; item = _reader.Next())
        {
            if (item == MdnsItem.Question)
            {
                questions.Add((_reader.Name, _reader.Type));
            }
            else if (_reader.Type == MdnsTypes.Ptr && _reader.TtlSeconds >= OtherTtl / 2)
            {
                known.Add(_reader.Target);
            }
        }

        return _reader.Id;
    }

    private static bool Asks((string Name, int Type) question, MdnsService service) => question.Type switch
    {
        MdnsTypes.Ptr => IsSame(question.Name, service.Type),
        MdnsTypes.Srv or MdnsTypes.Txt => IsSame(question.Name, service.Instance),
        MdnsTypes.Any => IsSame(question.Name, service.Type) || IsSame(question.Name, service.Instance),
        _ => false,
    };

    /// <summary>Sends all records of these services, a few services per message, and their types if asked for.</summary>
    private async Task SendAsync(IReadOnlyList<MdnsService> services, string[] types, Answer answer, CancellationToken cancel)
    {
        await _sending.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (types.Length > 0 || (answer.WithHost && services.Count == 0))
            {
                Begin(answer);
                foreach (string type in types)
                {
                    _writer.AddPtr(AllServices, type, answer.Ttl(OtherTtl));
                }

                AddHost(answer);
                await SendMessageAsync(answer, cancel).ConfigureAwait(false);
            }

            foreach (MdnsService[] few in services.Chunk(ServicesPerMessage))
            {
                Begin(answer);
                AddServices(few, answer);
                await SendMessageAsync(answer, cancel).ConfigureAwait(false);
            }
        }
        finally
        {
            _sending.Release();
        }
    }

    private void Begin(Answer answer)
    {
        _writer.BeginResponse(answer.Id);
        foreach ((string name, int type) in answer.Questions)
        {
            _writer.AddQuestion(name, type, wantsUnicast: false);
        }
    }

    /// <summary>SRV and TXT are sent as answers in every case, which is harmless where they were not asked for.</summary>
    private void AddServices(MdnsService[] services, Answer answer)
    {
        foreach (MdnsService service in services)
        {
            _writer.AddPtr(service.Type, service.Instance, answer.Ttl(OtherTtl));
        }

        foreach (MdnsService service in services)
        {
            _writer.AddSrv(service.Instance, _host, service.Port, answer.Ttl(HostTtl), answer.Flush);
            _writer.AddTxt(service.Instance, [.. service.Txt], answer.Ttl(OtherTtl), answer.Flush);
        }

        // Other fleets of this machine use the same host name, so this one does not withdraw it.
        if (!answer.IsGoodbye)
        {
            AddHost(answer);
        }
    }

    private void AddHost(Answer answer) => _writer.AddA(_host, _address, answer.Ttl(HostTtl), answer.Flush);

    private async Task SendMessageAsync(Answer answer, CancellationToken cancel)
    {
        try
        {
            await _socket.SendToAsync(_message.AsMemory(0, _writer.Count), SocketFlags.None, answer.To, cancel).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            // No route at the moment; clients will ask again.
        }
    }

    private sealed record Answer(IPEndPoint To, int Id, bool IsLegacy, bool IsGoodbye)
    {
        public IReadOnlyList<(string Name, int Type)> Questions { get; init; } = [];

        public bool WithHost { get; init; }

        public bool Flush => !IsLegacy;

        public int Ttl(int usual) => IsGoodbye ? 0 : IsLegacy ? Math.Min(usual, LegacyTtl) : usual;
    }
}
