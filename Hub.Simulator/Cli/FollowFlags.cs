using System.CommandLine;
using Hub.Core;
using Hub.Core.Discovery;
using Hub.Core.Text;

namespace Hub.Simulator.Cli;

/// <summary>The flags for announcements that a running hub follows.</summary>
internal sealed class FollowFlags
{
    public Option<bool> NoDiscovery { get; } = new("--no-discovery") { Description = "Do not follow Bambu printers that announce a new address" };

    public Option<string?> Interface { get; } = InterfaceOption();

    /// <summary>The hub's options.</summary>
    public FarmHubOptions Read(CliContext context) => new() { FollowAddresses = !context.Get(NoDiscovery), InterfaceAddress = context.Get(Interface) };

    private static Option<string?> InterfaceOption()
    {
        Option<string?> option = new("--interface") { Description = "IPv4 address of the interface that receives announcements (default: chosen by the system)", HelpName = "ADDRESS" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !Ipv4.IsUnicast(result.Tokens[0].Value))
            {
                result.AddError("--interface must be an IPv4 address of this machine.");
            }
        });
        return option;
    }
}
