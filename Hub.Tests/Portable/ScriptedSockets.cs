using System;
using System.Collections;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;

namespace Hub.Tests.Portable;

/// <summary>Hands out prepared connections in order; without one, nobody answers.</summary>
public sealed class ScriptedSockets : ISocketFactory
{
    private readonly ArrayList _prepared = new ArrayList();
    private readonly ArrayList _opened = new ArrayList();

    /// <inheritdoc/>
    public bool CanReuseTlsSession { get; set; }

    /// <summary>How often TLS began on a TCP connection.</summary>
    public int TlsStarts { get; private set; }

    /// <summary>When it began last, by <see cref="Clock"/>; in ms.</summary>
    public long LastTlsStartMs { get; private set; }

    /// <summary>What tells the time of those starts; null while nobody asks.</summary>
    public ManualClock? Clock { get; set; }

    /// <summary>Which of those starts fails, counted from 1, and with what.</summary>
    public int FailingTlsStart { get; set; }

    /// <summary>What it fails with.</summary>
    public ErrorCode TlsStartError { get; set; }

    /// <inheritdoc/>
    public bool HasRootStore { get; set; } = true;

    /// <inheritdoc/>
    public bool ShowsCertificates { get; set; } = true;

    /// <inheritdoc/>
    public int MaxSockets => 16;

    /// <summary>Connections that were opened and not disposed of.</summary>
    public int OpenSockets
    {
        get
        {
            int open = 0;
            for (int i = 0; i < _opened.Count; i++)
            {
                open += ((ScriptedStream)_opened[i]!).Disposals == 0 ? 1 : 0;
            }

            return open;
        }
    }

    /// <summary>Connections that were opened.</summary>
    public int Dials => _opened.Count;

    /// <summary>The last dial: <c>tcp host port timeout</c>, or <c>tls</c>.</summary>
    public string LastDial { get; private set; } = "";

    /// <summary>The options of the last TLS dial.</summary>
    public TlsOptions? LastTls { get; private set; }

    /// <summary>Prepares the next connection.</summary>
    public ScriptedStream Add(ScriptedStream stream)
    {
        _prepared.Add(stream);
        return stream;
    }

    /// <summary>Drops the prepared connections that nobody has opened.</summary>
    public void Forget()
    {
        while (_prepared.Count > _opened.Count)
        {
            _prepared.RemoveAt(_prepared.Count - 1);
        }
    }

    /// <inheritdoc/>
    public IByteStream ConnectTcp(string host, int port, int timeoutMs)
    {
        LastDial = "tcp " + host + " " + port.ToString() + " " + timeoutMs.ToString();
        return Next();
    }

    /// <inheritdoc/>
    public IByteStream ConnectTls(string host, int port, TlsOptions options, int timeoutMs)
    {
        LastDial = "tls " + host + " " + port.ToString() + " " + timeoutMs.ToString();
        LastTls = options;
        return Next();
    }

    /// <summary>The same script goes on, encrypted by the record alone.</summary>
    public IByteStream StartTls(IByteStream tcp, string host, TlsOptions options, int timeoutMs, CancellationToken cancel)
    {
        TlsStarts++;
        LastTlsStartMs = Clock == null ? 0 : Clock.NowMs;
        LastTls = options;
        if (TlsStarts == FailingTlsStart)
        {
            tcp.Dispose();
            throw new HubException(TlsStartError, "TLS fails in this script");
        }

        return tcp;
    }

    /// <inheritdoc/>
    public IUdpSocket OpenUdp(int localPort, string? localAddress) =>
        throw new HubException(ErrorCode.NotSupported, "the script has no UDP");

    /// <inheritdoc/>
    public IDisposable HoldTls() => new TlsDialGate(new ManualClock()).Hold();

    private ScriptedStream Next()
    {
        if (_opened.Count == _prepared.Count)
        {
            throw new HubException(ErrorCode.ConnectFailed, "nobody answers in this script");
        }

        ScriptedStream stream = (ScriptedStream)_prepared[_opened.Count]!;
        _opened.Add(stream);
        return stream;
    }
}
