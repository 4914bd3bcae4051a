namespace Hub.Core.Errors;

/// <summary>
/// What helps against an error, where its <see cref="ErrorCode"/> alone does not say: a front end chooses its advice by
/// this, never by the text of the message.
/// </summary>
public enum Remedy
{
    /// <summary>The usual one for the error's code.</summary>
    ByCode = 0,

    /// <summary>The message names it; nothing needs to be added.</summary>
    InMessage = 1,

    /// <summary>The certificate's issuer is unknown: its CA's certificate has to be configured.</summary>
    TrustAuthority = 2,
}
