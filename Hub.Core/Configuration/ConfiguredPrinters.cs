using System;
using Hub.Core.Manager;

namespace Hub.Core.Configuration;

/// <summary>
/// Keeps the manager's printers as the configuration has them: those that are there when it starts, and every later edit, which
/// touches only the printers it is about. Thread: any; the thread that made an edit applies it, and waits for no printer.
/// Ownership: configuration and manager stay the caller's; dispose this before them.
/// </summary>
public sealed class ConfiguredPrinters : IConfigListener, IDisposable
{
    private readonly ConfigManager _config;
    private readonly PrinterManager _manager;
    private readonly object _apply = new object();
    private bool _isStarted;
    private bool _isStopped;

    /// <summary>Makes the link between the two; nothing is registered yet.</summary>
    public ConfiguredPrinters(ConfigManager config, PrinterManager manager)
    {
        _config = config;
        _manager = manager;
    }

    /// <summary>Registers what is configured, and follows later changes until it is disposed.</summary>
    public void Start()
    {
        // First: a change between the two would be missed, one that is applied twice does nothing.
        _config.Listen(this);
        lock (_apply)
        {
            _isStarted = true;
        }

        BringUpToDate();
    }

    /// <summary>
    /// Applies the stored configuration now, where changes are followed: an edit is stored a moment before it is applied, and a
    /// printer that a test added is no part of it.
    /// </summary>
    public void BringUpToDate()
    {
        lock (_apply)
        {
            if (_isStarted && !_isStopped)
            {
                _manager.Apply(_config.Printers);
            }
        }
    }

    /// <inheritdoc/>
    public void ConfigChanged(string documentKey)
    {
        if (documentKey == ConfigManager.PrintersKey)
        {
            BringUpToDate();
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
}
