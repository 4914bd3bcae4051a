using Hub.Core.Errors;
using Hub.Core.Requests;

namespace Hub.Core.Provisioning;

/// <summary>A request that came over Bluetooth, and its answer while that is remembered. Thread: the channel's lock.</summary>
internal sealed class RememberedRequest
{
    /// <summary>A longer result is not remembered; only questions have such ones, and they can be asked again.</summary>
    private const int MaxRememberedBytes = 4096;

    public RememberedRequest(string id, string method)
    {
        Id = id;
        Method = method;
    }

    /// <summary>What the central calls it.</summary>
    public string Id { get; }

    /// <summary>What it asks for.</summary>
    public string Method { get; }

    /// <summary>True once it was answered.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>When it was answered, in ms of the hub's clock.</summary>
    public long AnsweredMs { get; private set; }

    /// <summary>True when the answer is there to be sent again.</summary>
    public bool HasAnswer => Result != null || Error != null;

    /// <summary>Its result, or null.</summary>
    public byte[]? Result { get; private set; }

    /// <summary>Its error, or null.</summary>
    public HubException? Error { get; private set; }

    /// <summary>Takes the answer.</summary>
    public void Answer(HubRequest request, long nowMs)
    {
        IsAnswered = true;
        AnsweredMs = nowMs;
        Result = request.Result;
        Error = request.Error;
    }

    /// <summary>The answer was sent: a long one is not kept.</summary>
    public void Sent()
    {
        if (Result != null && Result.Length > MaxRememberedBytes)
        {
            Result = null;
        }
    }
}
