using System.Collections;
using Hub.Core.Errors;

namespace Hub.Core.Requests;

/// <summary>
/// One request of the vocabulary that the tunnel, the local network and Bluetooth share (docs/requests.md). Made by the asker, answered exactly
/// once. Thread: the asker's before it is submitted, then the hub's.
/// </summary>
public sealed class HubRequest
{
    /// <summary>Longest result, in bytes.</summary>
    public const int MaxResultBytes = 60 * 1024;

    private readonly object _gate = new object();
    private readonly IRequestListener _listener;

    /// <summary>Makes a request.</summary>
    /// <param name="id">What the asker calls it.</param>
    /// <param name="method">One of <see cref="RequestMethods"/>.</param>
    /// <param name="values">Its parameters as a tree (<see cref="Json.JsonTree"/>), which is the request's from now on; null for none.</param>
    /// <param name="listener">Hears of the answer.</param>
    public HubRequest(string id, string method, Hashtable? values, IRequestListener listener)
    {
        Id = id;
        Method = method;
        Params = new RequestParams(values ?? new Hashtable());
        _listener = listener;
    }

    /// <summary>What the asker calls it.</summary>
    public string Id { get; }

    /// <summary>What is asked for.</summary>
    public string Method { get; }

    /// <summary>The result as a JSON document in UTF-8; null before the answer, and when it failed.</summary>
    public byte[]? Result { get; private set; }

    /// <summary>Why it failed, secrets masked; null before the answer, and when it is done.</summary>
    public HubException? Error { get; private set; }

    /// <summary>True when the cloud asks: what protects the hub's network from the cloud is not its to change.</summary>
    internal bool IsOfCloud { get; set; }

    /// <summary>Its parameters.</summary>
    internal RequestParams Params { get; }

    /// <summary>Counts its answer; set by <see cref="HubRequests"/>.</summary>
    internal HubRequests? Owner { get; set; }

    /// <summary>Tells a listener that wants to know it of a step; before <see cref="Answer"/>.</summary>
    internal void EndStep(byte[] step)
    {
        if (_listener is IStepListener listener)
        {
            listener.StepEnded(this, step);
        }
    }

    /// <summary>Answers it; what comes second does not count.</summary>
    internal void Answer(byte[]? result, HubException? error)
    {
        lock (_gate)
        {
            if (Result != null || Error != null)
            {
                return;
            }

            Result = result;
            Error = error;
        }

        Owner?.Ended();
        _listener.Answered(this);
    }
}
