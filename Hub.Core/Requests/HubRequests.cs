using System;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.ConnectionTest;
using Hub.Core.Discovery;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Health;
using Hub.Core.Json;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Network;

namespace Hub.Core.Requests;

/// <summary>
/// Answers requests, wherever they come from (docs/requests.md). Short ones are answered before <see cref="Submit"/> returns; those that wait for a printer,
/// a network or much of the storage later, by a few threads of its own. Thread: any; <see cref="Dispose"/> is the owner's.
/// </summary>
public sealed class HubRequests : IDisposable
{
    /// <summary>Area of its log lines.</summary>
    internal const string LogArea = "requests";

    private const int InitialBytes = 512;
    private const int ThreadsOnBoard = 2;
    private const int ThreadsOnLaptop = 4;
    private const int OpenOnBoard = 8;
    private const int OpenOnLaptop = 64;

    /// <summary>How long stopping waits for the threads, in ms.</summary>
    private const int StopTimeoutMs = 2000;

    private readonly Log _log;
    private readonly RequestPool _pool;
    private readonly PrinterRequests _printers;
    private readonly CommandRequests _commands;
    private readonly TestRequests _tests;
    private readonly ReadRequests _reads;
    private readonly CloudRequests _cloud;
    private readonly WifiRequests _wifi;
    private readonly MachineRequests _machine;
    private readonly CancellationTokenSource _stop = new CancellationTokenSource();
    private readonly object _gate = new object();
    private readonly int _mostOpen;
    private int _open;
    private bool _isStopped;

    /// <summary>Composes it.</summary>
    /// <param name="hal">The platform.</param>
    /// <param name="log">The log.</param>
    /// <param name="config">The configuration, loaded before the first request; requests change it.</param>
    /// <param name="manager">The printers.</param>
    /// <param name="tester">Tests printers.</param>
    /// <param name="health">How the hub fares.</param>
    /// <param name="search">How to search for printers.</param>
    public HubRequests(IHal hal, Log log, ConfigManager config, PrinterManager manager, PrinterTester tester, HubHealth health, DiscoveryOptions search)
    {
        bool isPlenty = hal.Sockets.MaxSockets >= SocketBudget.Plenty;
        _log = log;
        _mostOpen = isPlenty ? OpenOnLaptop : OpenOnBoard;
        _pool = new RequestPool(log, isPlenty ? ThreadsOnLaptop : ThreadsOnBoard, AnswerNow);
        Search = new PrinterSearch(hal, log, manager.Sockets, search);
        _printers = new PrinterRequests(hal, config, manager);
        _commands = new CommandRequests(log, manager);
        _tests = new TestRequests(config, tester, _stop.Token);
        _reads = new ReadRequests(hal, log, manager, health);
        _cloud = new CloudRequests(hal, config);
        _wifi = new WifiRequests(hal, config);
        _machine = new MachineRequests(hal, config);
    }

    /// <summary>The connection to the cloud; null for a hub without one.</summary>
    public ICloudLink? Cloud
    {
        get => _cloud.Link;
        set => _cloud.Link = value;
    }

    /// <summary>Keeps the hub in its network, where the hub manages it; null otherwise.</summary>
    internal WifiKeeper? Network
    {
        get => _wifi.Keeper;
        set => _wifi.Keeper = value;
    }

    /// <summary>Searches, of requests and of others.</summary>
    internal PrinterSearch Search { get; }

    /// <summary>Answers a request, now or later; a refusal is an answer too. Throws nothing.</summary>
    public void Submit(HubRequest request)
    {
        HubException? refusal = Refusal();
        if (refusal != null)
        {
            request.Answer(null, refusal);
            return;
        }

        request.Owner = this;
        SecretMask.MaskIn(_log, request.Params.Values);
        try
        {
            Begin(request);
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
            refusal = Fault(e);
        }

        if (refusal != null)
        {
            request.Answer(null, _log.Masked(refusal));
        }
    }

    /// <summary>Ends what runs, and waits up to 2 s for it.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isStopped = true;
        }

        _stop.Cancel();
        Search.Dispose();
        _pool.WaitUntilIdle(StopTimeoutMs);
    }

    internal void Ended()
    {
        lock (_gate)
        {
            _open--;
        }
    }

    private HubException? Refusal()
    {
        lock (_gate)
        {
            if (_isStopped)
            {
                return new HubException(ErrorCode.HubStopped, "the hub stops");
            }

            if (_open >= _mostOpen)
            {
                return new HubException(ErrorCode.QueueFull, "too many requests wait for their answers: try again later");
            }

            _open++;
            return null;
        }
    }

    private void Begin(HubRequest request)
    {
        switch (request.Method)
        {
            case RequestMethods.PrinterCommand:
                _commands.Begin(request);
                break;
            case RequestMethods.Discover:
                Search.Begin(request, SearchEnded);
                break;
            default:
                if (TakesLong(request.Method))
                {
                    _pool.Run(request);
                }
                else
                {
                    AnswerNow(request);
                }

                break;
        }
    }

    private static bool TakesLong(string method) =>
        method == RequestMethods.PrintersTest || method == RequestMethods.History || method == RequestMethods.WifiScan
        || method == RequestMethods.WifiJoin || method == RequestMethods.WifiForget || method == RequestMethods.Restart || method == RequestMethods.FactoryReset;

    /// <summary>Answers it on this thread. Throws nothing but an abort of the thread.</summary>
    private void AnswerNow(HubRequest request)
    {
        byte[]? result = null;
        HubException? error = null;
        try
        {
            JsonWriter json = new JsonWriter(InitialBytes, HubRequest.MaxResultBytes);
            json.BeginObject();
            Write(request, json);
            json.EndObject();
            result = json.ToArray();
        }
        catch (HubException e)
        {
            error = _log.Masked(e);
        }
        catch (ThreadAbortException)
        {
            throw;
        }
        catch (Exception e)
        {
            error = Fault(e);
        }

        request.Answer(result, error);
        if (request.Method == RequestMethods.Restart && error == null)
        {
            _machine.Restart();
        }
    }

    private void Write(HubRequest request, JsonWriter json)
    {
        string method = request.Method;
        if (method.StartsWith("printers."))
        {
            if (method == RequestMethods.PrintersTest)
            {
                _tests.Test(request, json);
            }
            else
            {
                _printers.Write(method, request.Params, json);
            }
        }
        else if (method.StartsWith("cloud."))
        {
            _cloud.Write(request, json);
        }
        else if (method.StartsWith("wifi."))
        {
            _wifi.Write(method, request.Params, json);
        }
        else if (method == RequestMethods.Restart || method == RequestMethods.FactoryReset)
        {
            _machine.Write(method, request.Params, json);
        }
        else
        {
            _reads.Write(method, request.Params, json);
        }
    }

    private void SearchEnded(object asker, DiscoveredPrinter[]? found, HubException? error)
    {
        HubRequest request = (HubRequest)asker;
        byte[]? result = null;
        try
        {
            result = found == null ? null : ReadRequests.Found(found, _printers.Configured());
        }
        catch (HubException e)
        {
            error = e;
        }

        request.Answer(result, error == null ? null : _log.Masked(error));
    }

    private HubException Fault(Exception e)
    {
        _log.Fault(LogArea, e);
        return new HubException(ErrorCode.Internal, "a fault of the hub itself ended the request");
    }

    /// <summary>The error of a method that nobody answers.</summary>
    internal static HubException Unknown(string method) =>
        new HubException(ErrorCode.BadRequest, "this hub has no method '" + method + "' (docs/requests.md)");
}
