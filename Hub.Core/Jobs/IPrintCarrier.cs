namespace Hub.Core.Jobs;

/// <summary>What brings a request's file to the printer.</summary>
internal interface IPrintCarrier
{
    /// <summary>The request has its outcome: what has not begun need not begin. Called under the lock of the request's keeper; must not wait.</summary>
    void RequestEnded(PrintRequest request);
}
