using System.CommandLine;
using Hub.Simulator.Cloud;

namespace Hub.Simulator.Cli;

/// <summary>The port of a local cloud.</summary>
internal static class CloudPort
{
    private const int Max = 65535;

    public static Option<int> Option()
    {
        Option<int> option = new("--port") { Description = "Port of the local cloud; 0 uses a free one", HelpName = "PORT", DefaultValueFactory = _ => CloudOptions.DefaultPort };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (!int.TryParse(result.Tokens[0].Value, out int number) || number < 0 || number > Max))
            {
                result.AddError($"--port must be 0 to {Max}.");
            }
        });
        return option;
    }
}
