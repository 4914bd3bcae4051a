using Hub.Core.Errors;

namespace Hub.Core.ConnectionTest;

/// <summary>One finished step of a connection test. Immutable. Thread: any.</summary>
public sealed class TestStep
{
    /// <summary>Makes the record.</summary>
    public TestStep(string code, string message, HubException? error)
    {
        Code = code;
        Message = message;
        Error = error;
    }

    /// <summary>
    /// Which step: <c>address</c>, <c>connect</c>, <c>tls</c>, <c>answer</c>, <c>login</c>, <c>status</c> or <c>files</c>. Stable.
    /// </summary>
    public string Code { get; }

    /// <summary>What it found, or why it failed: one line for people, secrets masked.</summary>
    public string Message { get; }

    /// <summary>Why it failed; null when it passed.</summary>
    public HubException? Error { get; }
}
