using System;
using System.CommandLine;
using Hub.Simulator.Cloud.Access;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>A cloud's access token on the command line.</summary>
internal static class CloudToken
{
    /// <summary>The environment variable that may hold it, so that it is in no list of processes.</summary>
    public const string Variable = "HUB_CLOUD_TOKEN";

    /// <summary>The token of the flag or of the environment; null for none. Errors: wrong usage for one that no cloud accepts.</summary>
    public static string? Given(CliContext context, Option<string?> option)
    {
        // The environment is that of this process, which for a hosted verb is another one than the user's.
        string? token = context.IsGiven(option)
            ? SecretInput.Resolve(context.Get(option)!, option.Name, context.Console)
            : context.IsHosted ? null : Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(token))
        {
            return null;
        }

        return AccessToken.ObjectionTo(token) is string objection ? throw VerbException.Usage($"{option.Name}: {objection}") : token;
    }
}
