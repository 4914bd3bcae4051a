using System;
using System.Threading;
using Hub.Core.Errors;

namespace Hub.Core.ConnectionTest;

/// <summary>A token that ends with the test's own or after a time, whichever is first. Thread: one owner, who disposes it.</summary>
internal sealed class TestLimit : IDisposable
{
    private readonly CancellationTokenSource _source = new CancellationTokenSource();
    private readonly CancellationToken _outer;
    private readonly CancellationTokenRegistration _registration;
    private readonly int _milliseconds;

    public TestLimit(int milliseconds, CancellationToken outer)
    {
        _milliseconds = milliseconds;
        _outer = outer;
        _registration = outer.Register(_source.Cancel);
        _source.CancelAfter(milliseconds);
    }

    public CancellationToken Token => _source.Token;

    /// <summary>True when the time is over and the test was not cancelled.</summary>
    public bool IsOver => _source.IsCancellationRequested && !_outer.IsCancellationRequested;

    /// <summary>The error of a step whose time was over.</summary>
    /// <param name="who">Who did not answer, such as "OctoPrint"; null when it is not said.</param>
    /// <param name="inner">What ended it.</param>
    public HubException Timeout(string? who, HubException inner) => new HubException(
        ErrorCode.Timeout,
        (who == null ? "no answer within " : who + " did not answer within ") + Seconds(_milliseconds) + " s",
        inner);

    /// <summary>Whole seconds for a message, at least one.</summary>
    public static string Seconds(int milliseconds) => (milliseconds < 1000 ? 1 : milliseconds / 1000).ToString();

    public void Dispose()
    {
        _registration.Dispose();
        _source.Dispose();
    }
}
