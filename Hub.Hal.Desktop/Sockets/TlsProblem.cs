using Hub.Core.Errors;

namespace Hub.Hal.Desktop;

/// <summary>Why a certificate is not trusted, in one line, and what helps.</summary>
internal sealed record TlsProblem(string Text, Remedy Remedy = Remedy.ByCode)
{
    /// <summary>Null for no problem.</summary>
    public static TlsProblem? Of(string? text) => text == null ? null : new TlsProblem(text);
}
