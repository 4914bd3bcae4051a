using System;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;

namespace Hub.Core.ConnectionTest;

/// <summary>
/// Tests printers of a hub. One that the hub runs is asked over the hub's own link; another one is run for the time of the test. Thread: any; a test blocks its thread.
/// </summary>
public sealed class PrinterTester
{
    private readonly IHal _hal;
    private readonly Log _log;
    private readonly PrinterManager _manager;
    private readonly ConfiguredPrinters _configured;

    /// <summary>Makes it.</summary>
    public PrinterTester(IHal hal, Log log, PrinterManager manager, ConfiguredPrinters configured)
    {
        _hal = hal;
        _log = log;
        _manager = manager;
        _configured = configured;
    }

    /// <summary>Checks step by step whether a printer can be used. Errors: <see cref="ErrorCode.Cancelled"/> between two steps.</summary>
    /// <param name="printer">The printer, configured or not.</param>
    /// <param name="timeoutMs">For all steps together, in ms.</param>
    /// <param name="listener">Hears of each step as it ends, the failed one included.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>True when all steps passed.</returns>
    public bool Test(PrinterConfig printer, int timeoutMs, ITestListener listener, CancellationToken cancel)
    {
        _configured.BringUpToDate();
        bool isPassed = false;
        Exception? failure = null;
        try
        {
            isPassed = Run(PrinterTest.Create(_hal, _log, _manager, printer), timeoutMs, listener, cancel);
        }
        catch (Exception e)
        {
            failure = e;
        }

        // Not in a finally: it may catch (docs/board.md).
        _configured.BringUpToDate();
        return failure == null ? isPassed : throw failure;
    }

    private static bool Run(PrinterTest test, int timeoutMs, ITestListener listener, CancellationToken cancel)
    {
        bool isPassed = false;
        Exception? failure = null;
        try
        {
            isPassed = test.Run(timeoutMs, listener, cancel);
        }
        catch (Exception e)
        {
            failure = e;
        }

        // Not in a finally: it may catch (docs/board.md).
        test.Dispose();
        return failure == null ? isPassed : throw failure;
    }
}
