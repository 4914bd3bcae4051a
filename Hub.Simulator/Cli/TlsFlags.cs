using System.Collections;
using System.Collections.Generic;
using System.CommandLine;
using System.Text;
using System.Threading;
using Hub.Core.Errors;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>The flags that say which certificate to trust, and the keys of "tls" that they set.</summary>
internal sealed class TlsFlags
{
    private const int MaxCaBytes = 65536;

    private readonly Option<string?> _ca = new("--ca") { Description = "CA certificate to trust (PEM)", HelpName = "FILE" };
    private readonly Option<bool?> _insecure = new("--insecure") { Description = "Accept any certificate", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _pin = new("--pin") { Description = "SHA-256 of the certificate to trust", HelpName = "HEX" };

    public IEnumerable<Option> All => [_ca, _pin, _insecure];

    /// <summary>The given keys. An empty text removes a key, which is null here.</summary>
    public Hashtable Read(CliContext context)
    {
        Hashtable tls = [];
        if (context.IsGiven(_ca))
        {
            string? path = NullIfEmpty(context.Get(_ca));
            tls["ca"] = path == null ? null : ReadCa(context.PathOf(path), context.Cancel);
        }

        if (context.IsGiven(_pin))
        {
            tls["pin"] = NullIfEmpty(context.Get(_pin));
        }

        if (context.IsGiven(_insecure))
        {
            tls["insecure"] = context.Get(_insecure) ?? true;
        }

        return tls;
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static string ReadCa(string path, CancellationToken cancel)
    {
        try
        {
            return Encoding.UTF8.GetString(UserFile.ReadAll(path, MaxCaBytes, cancel));
        }
        catch (HubException e)
        {
            throw VerbException.Of(e.Code, "--ca: " + e.Message);
        }
    }
}
