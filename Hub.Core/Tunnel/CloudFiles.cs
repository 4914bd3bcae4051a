using System;
using System.Collections;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;
using Hub.Core.Jobs;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;

namespace Hub.Core.Tunnel;

/// <summary>The cloud's files: those that are on their way to printers, downloaded or streamed. Thread: any.</summary>
internal sealed class CloudFiles : IDisposable
{
    /// <summary>Most files that are on their way or wait for it.</summary>
    public const int MaxFiles = 64;

    /// <summary>The same on a hub with few sockets.</summary>
    public const int MaxFilesOfFew = 8;

    private const int LookedBack = 64;

    private readonly ArrayList _files = new ArrayList();
    private readonly FileStreams _streams;
    private readonly AutoResetEvent _wake;
    private readonly bool _hasFewSockets;
    private string? _trustedHost;
    private TlsOptions? _tls;
    private TriState _allowsPrivate;
    private bool _isCloudPrivate;
    private CloudFeatures _features;
    private bool _isDisposed;

    /// <summary>Makes it.</summary>
    /// <param name="hal">Clock and sockets.</param>
    /// <param name="log">Where faults are reported, and what masks the links.</param>
    /// <param name="manager">The printers.</param>
    /// <param name="outbox">What the cloud is to know.</param>
    /// <param name="book">What became of the commands that brought them.</param>
    /// <param name="streams">The streams of the connection.</param>
    /// <param name="wake">Wakes the tunnel's thread.</param>
    /// <param name="acknowledge">Answers a print_command.</param>
    public CloudFiles(IHal hal, Log log, PrinterManager manager, TunnelOutbox outbox, CommandBook book, FileStreams streams, AutoResetEvent wake, Acknowledge acknowledge)
    {
        Hal = hal;
        Log = log;
        Manager = manager;
        Outbox = outbox;
        Book = book;
        Acknowledged = acknowledge;
        _streams = streams;
        _wake = wake;

        // A download then takes one of the two sockets for uploads.
        _hasFewSockets = hal.Sockets.MaxSockets > 0 && hal.Sockets.MaxSockets < SocketBudget.Plenty;
    }

    /// <summary>Answers a command. Thread: the file's.</summary>
    /// <param name="commandId">The command.</param>
    /// <param name="error">Why it failed; null when it is done.</param>
    public delegate void Acknowledge(string commandId, HubException? error);

    /// <summary>Clock, sockets and buffers.</summary>
    internal IHal Hal { get; }

    /// <summary>Where faults are reported, and what masks the links.</summary>
    internal Log Log { get; }

    /// <summary>The printers.</summary>
    internal PrinterManager Manager { get; }

    /// <summary>What the cloud is to know.</summary>
    internal TunnelOutbox Outbox { get; }

    /// <summary>What became of the commands that brought them.</summary>
    internal CommandBook Book { get; }

    /// <summary>Answers a print_command.</summary>
    internal Acknowledge Acknowledged { get; }

    /// <summary>True when the cloud understands more about a file than the base protocol's four words.</summary>
    internal bool TellsStarts => (_features & CloudFeatures.FileStream) != 0;

    /// <summary>
    /// True when the cloud says which extensions it has. One that does not clears beds in its own database and reports it to no hub: the bed rule
    /// then applies only to printers whose configuration asks for it.
    /// </summary>
    private bool KnowsExtensions { get; set; }

    /// <summary>The cloud welcomed the hub.</summary>
    public void Welcomed(bool knowsExtensions, CloudFeatures features)
    {
        KnowsExtensions = knowsExtensions;
        _features = features;
    }

    /// <summary>
    /// A connection to the cloud is open. Only at the host of a cloud that is itself at a private address may files come from one: whoever has a name of
    /// his own can have it lead anywhere.
    /// </summary>
    /// <param name="isPrivate">True when it leads to a private address.</param>
    public void Connected(bool isPrivate)
    {
        lock (_files)
        {
            _isCloudPrivate = isPrivate;
        }
    }

    /// <summary>Time passed: progress that came too soon after the last report is reported.</summary>
    public void Tick()
    {
        CloudFile[] files = All();
        for (int i = 0; i < files.Length; i++)
        {
            files[i].Tick();
        }
    }

    /// <summary>Whom to trust for downloads.</summary>
    /// <param name="host">The cloud's own host; null for none.</param>
    /// <param name="tls">Whom to trust there.</param>
    /// <param name="allowsPrivate">Whether files may come from private addresses; unknown for only from that host.</param>
    public void Trust(string? host, TlsOptions? tls, TriState allowsPrivate)
    {
        lock (_files)
        {
            _trustedHost = host;
            _tls = tls;
            _allowsPrivate = allowsPrivate;
        }
    }

    /// <summary>
    /// Accepts print_command and begins its download on a thread of its own, which acknowledges it. Waits for the hub's storage alone. Errors:
    /// why it is refused; nothing was begun then.
    /// </summary>
    public void BeginDownload(CloudMessage message, PrinterConfig printer)
    {
        if (message.Action != null && message.Action != "start")
        {
            throw new HubException(ErrorCode.NotSupported, "action must be start");
        }

        CloudFileChecks.CheckOrder(message, printer, Hal.Hash, true);
        DownloadUrl url = DownloadUrl.Parse(message.FileUrl ?? throw CloudFileChecks.Missing("file_url"));
        CloudFileChecks.CheckState(Manager, printer.Id, true);
        FileOrder order = new FileOrder(message, printer, RequestOf(message, printer));
        Begin(AddDownload(order, url));
    }

    /// <summary>
    /// Accepts file_begin and submits its upload, which gives the cloud credit as it reads. Waits for the hub's storage alone. Errors: why it
    /// is refused; nothing was begun then.
    /// </summary>
    public void BeginStream(CloudMessage message, PrinterConfig printer)
    {
        bool mustStart = message.MustStart == TriState.Yes;
        CloudFileChecks.CheckStream(message);
        CloudFileChecks.CheckOrder(message, printer, Hal.Hash, mustStart);
        CloudFileChecks.CheckState(Manager, printer.Id, mustStart);
        FileOrder order = new FileOrder(message, printer, mustStart ? RequestOf(message, printer) : null);
        CloudStream stream = new CloudStream(this, order, _streams, message.StreamId, message.Size, _wake);
        Add(stream);
        Begin(stream);
        if (stream.Refusal != null)
        {
            throw stream.Refusal;
        }
    }

    /// <summary>Ends a file that is on its way. False when there is none of this job, or its start was sent.</summary>
    public bool TryCancel(string jobId, HubException why)
    {
        CloudFile? file;
        lock (_files)
        {
            file = Find(jobId);
        }

        return file != null && file.TryCancel(why);
    }

    /// <summary>What the job log says of a print that was on its way when the hub stopped.</summary>
    /// <param name="commandId">Its command.</param>
    /// <param name="otherwise">The answer where the log does not know it.</param>
    /// <returns>Why it failed; null when its job began.</returns>
    public string? OutcomeOf(string commandId, string? otherwise)
    {
        try
        {
            JobEntry[] jobs = JobHistory.Read(Manager.Jobs, null, LookedBack);
            for (int i = 0; i < jobs.Length; i++)
            {
                if (jobs[i].CommandId == commandId)
                {
                    return jobs[i].IsStarted ? null : jobs[i].Cause ?? otherwise;
                }
            }
        }
        catch (HubException e)
        {
            Log.Warning(TunnelClient.LogArea, "the outcome of a print cannot be read: " + e.Message);
        }

        return otherwise;
    }

    /// <summary>Ends what has not begun to send; what has is the manager's to end.</summary>
    public void Dispose()
    {
        lock (_files)
        {
            _isDisposed = true;
        }

        CloudFile[] files = All();
        for (int i = 0; i < files.Length; i++)
        {
            files[i].Stop();
        }
    }

    /// <summary>A file is over.</summary>
    internal void Remove(CloudFile file)
    {
        lock (_files)
        {
            _files.Remove(file);
        }
    }

    private CloudFile[] All()
    {
        lock (_files)
        {
            CloudFile[] files = new CloudFile[_files.Count];
            _files.CopyTo(files);
            return files;
        }
    }

    private PrintRequest RequestOf(CloudMessage message, PrinterConfig printer) => new PrintRequest(message.FileName!)
    {
        Id = message.CommandId!,
        ExpiresAtMs = CloudFileChecks.ExpiryOf(message),
        NeedsClearBed = KnowsExtensions || printer.IsClearBedSet,
    };

    private void Begin(CloudFile file)
    {
        HubException? refusal;
        try
        {
            PrintRequest? request = file.Order.Request;
            refusal = (request == null ? null : Manager.Accept(file.Order.Printer.Id, request)) ?? file.TryBegin();
        }
        catch (HubException e)
        {
            refusal = e;
        }
        catch (ThreadAbortException)
        {
            throw;
        }
        catch (Exception e)
        {
            // It must not stay, nor its request: the printer would wait for it.
            Log.Fault(TunnelClient.LogArea, e);
            refusal = new HubException(ErrorCode.Internal, "a fault of the hub ended it");
        }

        if (refusal != null)
        {
            file.GiveUp();
            throw refusal;
        }
    }

    private CloudDownload AddDownload(FileOrder order, DownloadUrl url)
    {
        lock (_files)
        {
            if (_hasFewSockets && order.Printer.Type == PrinterTypes.Bambu)
            {
                throw new HubException(ErrorCode.NotSupported, "a Bambu printer's upload needs both connections that this hub has for files: have the cloud stream it (file_stream), or print from a hub with more sockets");
            }

            if (_hasFewSockets && _files.Count > 0)
            {
                throw TooMany();
            }

            SocketLease? lease = _hasFewSockets ? Manager.Sockets.Lease(SocketUse.Transfer, 1, null) : null;
            CloudDownload download = new CloudDownload(this, order, url, _tls, _trustedHost, AllowsPrivate(), lease);
            Add(download);
            return download;
        }
    }

    /// <summary>Under the lock.</summary>
    private TriState AllowsPrivate() => _allowsPrivate == TriState.Unknown && !_isCloudPrivate ? TriState.No : _allowsPrivate;

    private void Add(CloudFile file)
    {
        lock (_files)
        {
            if (_isDisposed)
            {
                throw new HubException(ErrorCode.HubStopped, "the hub stops");
            }

            if (_files.Count >= (_hasFewSockets ? MaxFilesOfFew : MaxFiles))
            {
                throw TooMany();
            }

            if (Find(file.Order.JobId) != null)
            {
                throw new HubException(ErrorCode.WrongState, "a file of job " + file.Order.JobId + " is on its way already: wait for it, or cancel it");
            }

            _files.Add(file);
        }
    }

    private CloudFile? Find(string jobId)
    {
        for (int i = 0; i < _files.Count; i++)
        {
            CloudFile file = (CloudFile)_files[i]!;
            if (file.Order.JobId == jobId)
            {
                return file;
            }
        }

        return null;
    }

    private static HubException TooMany() => new HubException(ErrorCode.QueueFull, "too many files are on their way to printers: try again later");
}
