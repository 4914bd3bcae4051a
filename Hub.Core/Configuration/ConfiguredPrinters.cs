using System;
using System.Collections;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Text;

namespace Hub.Core.Configuration;

/// <summary>
/// Keeps the manager's printers as the configuration has them: those that are there when it starts, and every later edit,
/// which touches only the printers it is about. A printer that this build cannot run is kept with its error.
/// Thread: any. Edits are taken up by the thread that made them, which waits for no printer.
/// Ownership: configuration and manager stay the caller's; dispose this before them.
/// </summary>
public sealed class ConfiguredPrinters : IConfigListener, IDisposable
{
    private readonly ConfigManager _config;
    private readonly PrinterManager _manager;
    private readonly Log _log;
    private readonly object _apply = new object();
    private readonly Hashtable _refusals = new Hashtable();
    private PrinterConfig[] _printers = new PrinterConfig[0];
    private bool _isStopped;

    /// <summary>Makes the link between the two; nothing is registered yet.</summary>
    public ConfiguredPrinters(ConfigManager config, PrinterManager manager, Log log)
    {
        _config = config;
        _manager = manager;
        _log = log;
    }

    /// <summary>
    /// The printers as they were last taken up, in the order of the document, those that were refused too. The array is
    /// the caller's.
    /// </summary>
    public PrinterConfig[] Printers => (PrinterConfig[])_printers.Clone();

    /// <summary>Registers what is configured, and follows later changes until it is disposed.</summary>
    public void Start()
    {
        // First: a change between the two would be missed, one that is applied twice does nothing.
        _config.Listen(this);
        Apply();
    }

    /// <summary>Why a configured printer cannot be run at all, or null.</summary>
    public HubException? Refusal(string id)
    {
        lock (_refusals)
        {
            return (HubException?)_refusals[id];
        }
    }

    /// <inheritdoc/>
    public void ConfigChanged(string documentKey)
    {
        if (documentKey == ConfigManager.PrintersKey)
        {
            Apply();
        }
    }

    /// <summary>Follows no more; the registered printers stay.</summary>
    public void Dispose()
    {
        _config.Unlisten(this);
        lock (_apply)
        {
            _isStopped = true;
        }
    }

    private void Apply()
    {
        lock (_apply)
        {
            if (_isStopped)
            {
                return;
            }

            PrinterConfig[] before = _printers;
            PrinterConfig[] after = _config.Printers;

            // Former ones go first: what replaces them may need their sockets.
            for (int i = 0; i < before.Length; i++)
            {
                if (Find(after, before[i].Id) == null)
                {
                    Forget(before[i].Id);
                    _log.Info(before[i].Id, "removed");
                }
            }

            for (int i = 0; i < after.Length; i++)
            {
                PrinterConfig? former = Find(before, after[i].Id);
                if (former == null || !former.IsSame(after[i]))
                {
                    TakeUp(after[i]);
                }
            }

            _printers = after;
        }
    }

    private void TakeUp(PrinterConfig printer)
    {
        try
        {
            _manager.Update(printer);
            SetRefusal(printer.Id, null);
        }
        catch (HubException e)
        {
            Refuse(printer.Id, e);
        }
        catch (Exception e) when (e is not ThreadAbortException)
        {
            Refuse(printer.Id, new HubException(ErrorCode.Internal, "it could not be started by a fault of the hub: " + OneLine.Of(e.Message), e));
        }
    }

    /// <summary>What ran before under this id is not what is configured, so it ends.</summary>
    private void Refuse(string id, HubException error)
    {
        _manager.Deregister(id);
        SetRefusal(id, _log.Masked(error));
        _log.Error(id, error.Message);
    }

    private void Forget(string id)
    {
        _manager.Deregister(id);
        SetRefusal(id, null);
    }

    private void SetRefusal(string id, HubException? error)
    {
        lock (_refusals)
        {
            _refusals.Remove(id);
            if (error != null)
            {
                _refusals[id] = error;
            }
        }
    }

    private static PrinterConfig? Find(PrinterConfig[] printers, string id)
    {
        for (int i = 0; i < printers.Length; i++)
        {
            if (printers[i].Id == id)
            {
                return printers[i];
            }
        }

        return null;
    }
}
