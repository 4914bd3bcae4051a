using System;
using System.Collections.Generic;
using System.CommandLine;
using Hub.Core.Jobs;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>The flags of "print" that say under which conditions it starts.</summary>
internal sealed class StartFlags
{
    private readonly Option<string?> _expires = new("--expires")
    {
        Description = "Do not start the print later than this, such as 30s, 10m or 2h; the upload's own time does not count (default: the upload must begin within 5m)",
        HelpName = "DURATION",
    };

    private readonly Option<bool> _checkBed = new("--check-bed") { Description = "Do not start while the last print may still be on the bed ('clear-bed PRINTER' reports it clear)" };

    public IEnumerable<Option> All => [_expires, _checkBed];

    /// <summary>A request to print this file, from now on.</summary>
    public PrintRequest Read(CliContext context, string file)
    {
        PrintRequest request = new(file) { NeedsClearBed = context.Get(_checkBed) };
        if (context.Get(_expires) is string text)
        {
            request.ExpiresAtMs = DateTimeOffset.UtcNow.Add(DurationText.Parse("--expires", text)).ToUnixTimeMilliseconds();
        }

        return request;
    }

    /// <summary>Errors: wrong usage when one was given with a flag that starts nothing.</summary>
    public void CheckUnused(CliContext context, string flag)
    {
        foreach (Option option in All)
        {
            if (context.IsGiven(option))
            {
                throw VerbException.Usage($"{option.Name} is about the start of the print, and {flag} starts none: leave one of them out");
            }
        }
    }
}
