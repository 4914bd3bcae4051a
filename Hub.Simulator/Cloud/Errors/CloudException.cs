using System;

namespace Hub.Simulator.Cloud.Errors;

/// <summary>A request that the cloud cannot fulfil: it becomes the answer {"error":{"code","message"}} with this status.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="code">One word for programs, from <see cref="CloudErrors"/> or the hub's own.</param>
/// <param name="message">One line for people: what happened, to what, and what to do.</param>
internal sealed class CloudException(int status, string code, string message) : Exception(message)
{
    /// <summary>The HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>One word for programs.</summary>
    public string Code { get; } = code;
}
