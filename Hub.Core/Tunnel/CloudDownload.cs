using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;

namespace Hub.Core.Tunnel;

/// <summary>A file that the hub downloads (print_command). Its thread of its own opens the download and acknowledges the command.</summary>
internal sealed class CloudDownload : CloudFile
{
    /// <summary>Longest time until the file begins to come, in ms: the ack then comes within 25 s.</summary>
    internal const int OpenMs = 15 * 1000;

    /// <summary>How far its thread came.</summary>
    private enum Stage
    {
        /// <summary>Nothing was done.</summary>
        New = 0,

        /// <summary>The download was opened, or could not be.</summary>
        Opened = 1,

        /// <summary>The upload is being submitted.</summary>
        Submitting = 2,

        /// <summary>The command is to be acknowledged.</summary>
        Over = 3,
    }

    private const int StopMs = 2000;
    private const int ShortTarget = 24;

    private readonly CancellationTokenSource _cancel = new CancellationTokenSource();
    private readonly SocketLease? _lease;
    private readonly DownloadSource _source;
    private readonly Secret? _masked;
    private Thread? _thread;

    // Its thread alone.
    private Stage _stage;
    private HubException? _failure;

    /// <summary>Makes it; the link stays out of the log from here on.</summary>
    /// <param name="owner">Whom it belongs to.</param>
    /// <param name="order">What the cloud wants.</param>
    /// <param name="url">Where the file is.</param>
    /// <param name="tls">Whom to trust at <paramref name="tlsHost"/>.</param>
    /// <param name="tlsHost">The cloud's own host.</param>
    /// <param name="allowsPrivate">Whether it may come from private addresses; unknown for only at the cloud's own host.</param>
    /// <param name="lease">Its socket where there are few; null for none.</param>
    public CloudDownload(CloudFiles owner, FileOrder order, DownloadUrl url, TlsOptions? tls, string? tlsHost, TriState allowsPrivate, SocketLease? lease)
        : base(owner, order)
    {
        _lease = lease;
        _source = new DownloadSource(owner.Hal, url, tls, tlsHost, _cancel.Token)
        {
            AllowsPrivate = allowsPrivate == TriState.Yes,
            AllowsPrivateAtTrusted = allowsPrivate != TriState.No,
        };
        Secret secret = new Secret(url.Target);
        if ((url.Target.Length >= ShortTarget || url.Target.IndexOf('?') >= 0) && owner.Log.Mask(secret))
        {
            _masked = secret;
        }
    }

    /// <inheritdoc/>
    public override HubException? TryBegin()
    {
        try
        {
            Thread thread = new Thread(Guard.Loop(Owner.Log, TunnelClient.LogArea, Run));
            _thread = thread;
            thread.Start();
            return null;
        }
        catch (ThreadAbortException)
        {
            throw;
        }
        catch (Exception e)
        {
            _thread = null;
            return new HubException(ErrorCode.OutOfMemory, "the hub has no thread left for one more print: " + e.Message);
        }
    }

    /// <inheritdoc/>
    public override void Stop()
    {
        _cancel.Cancel();
        if (_thread != null)
        {
            _thread.Join(StopMs);
        }
    }

    /// <inheritdoc/>
    protected override void StopSource(HubException why) => _cancel.Cancel();

    /// <inheritdoc/>
    protected override void CloseSource(string? error)
    {
        _source.Dispose();
        _lease?.Dispose();
    }

    /// <inheritdoc/>
    protected override void Over()
    {
        if (_masked != null)
        {
            Owner.Log.Unmask(_masked);
        }

        base.Over();
    }

    /// <summary>A fault begins it again behind what it has done: the file ends, and the command is acknowledged, in any case.</summary>
    private void Run()
    {
        if (_stage == Stage.New)
        {
            _failure = Faulty();
            _stage = Stage.Opened;
            _failure = Open();
        }

        if (_stage == Stage.Opened)
        {
            _failure = Why ?? _failure;
            if (_failure == null)
            {
                _stage = Stage.Submitting;
                _failure = Upload(_source);
            }
            else
            {
                Close(_failure.Message);
                Fail(_failure);
            }
        }
        else if (_stage == Stage.Submitting)
        {
            _failure = EndSubmission(Faulty());
        }

        _stage = Stage.Over;
        Owner.Acknowledged(Order.CommandId, _failure);
    }

    private static HubException Faulty() => new HubException(ErrorCode.Internal, "a fault of the hub ended the download");

    /// <summary>Null, or why the file cannot come.</summary>
    private HubException? Open()
    {
        try
        {
            if (_lease != null && !_lease.TryTake())
            {
                throw new HubException(ErrorCode.OutOfSockets, "the connections for files are in use: try again later");
            }

            _source.Open(OpenMs);
            CloudFileChecks.CheckSize(_source.Length);
            return null;
        }
        catch (HubException e)
        {
            return e;
        }
        catch (ThreadAbortException)
        {
            throw;
        }
        catch (Exception e)
        {
            Owner.Log.Fault(TunnelClient.LogArea, e);
            return Faulty();
        }
    }
}
