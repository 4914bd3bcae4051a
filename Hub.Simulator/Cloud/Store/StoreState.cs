using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Logging;
using Microsoft.Data.Sqlite;

namespace Hub.Simulator.Cloud.Store;

/// <summary>Whether the store can write, for the log and for <c>/healthz</c>. Thread: any.</summary>
internal sealed class StoreState(Log log, string? file)
{
    private const string Area = "cloud";

    private readonly Lock _lock = new();
    private string? _problem;

    /// <summary>Why nothing is recorded now; null while all is well.</summary>
    public string? Problem
    {
        get
        {
            lock (_lock)
            {
                return _problem;
            }
        }
    }

    /// <summary>What a person should know of the file although the cloud works, such as a damaged one that was put aside; null for nothing.</summary>
    public string? Notice { get; private set; }

    /// <summary>Notes and logs what a person should know.</summary>
    public void Warn(string notice)
    {
        Notice = notice;
        log.Error(Area, notice);
    }

    /// <summary>The error for whoever asked.</summary>
    public HubException Shown(Exception error) => error as HubException ?? StoreErrors.Of(error, file);

    /// <summary>Reports a fault of the cloud itself.</summary>
    public void Fault(Exception fault) => log.Fault(Area, fault);

    /// <summary>A write succeeded or failed.</summary>
    public void Wrote(Exception? error)
    {
        if (error is not (null or HubException or SqliteException))
        {
            Fault(error);
            return;
        }

        string? problem = error is SqliteException ? StoreErrors.Of(error, file).Message : null;
        string? former;
        lock (_lock)
        {
            former = _problem;
            _problem = problem;
        }

        if (problem != null && former == null)
        {
            log.Error(Area, problem + "; commands go on, and what happens is not recorded until then");
        }
        else if (problem == null && former != null)
        {
            log.Info(Area, "the history is recorded again");
        }
    }
}
