using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Threading.Tasks;
using Hub.Core.Errors;
using Hub.Hal.Desktop;
using Hub.Simulator.Hosting;
using Hub.Simulator.Radio;

namespace Hub.Simulator.Cli;

/// <summary>The flags of a hub with a simulated radio, and the pages that come with it (docs/simulated-radio.md).</summary>
internal sealed class RadioFlags
{
    private const int MaxPort = 65535;

    private readonly Option<string?> _radio = new("--radio")
    {
        Description = "Simulate the board's Wi-Fi and Bluetooth, and serve the provisioning page: the hub has no network until it was given one there. FILE names the networks in reach",
        HelpName = "FILE",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<int> _port = new("--web-port")
    {
        Description = "Port of the provisioning page (with --radio); 0 uses a free one",
        HelpName = "PORT",
        DefaultValueFactory = _ => RadioServer.DefaultPort,
    };

    public RadioFlags()
    {
        _port.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (!int.TryParse(result.Tokens[0].Value, out int number) || number < 0 || number > MaxPort))
            {
                result.AddError($"--web-port must be 0 to {MaxPort}.");
            }
        });
    }

    public IEnumerable<Option> All => [_radio, _port];

    /// <summary>The networks in reach; null without the flag. Errors: wrong usage.</summary>
    public SimulatedNetwork[]? Networks(CliContext context)
    {
        if (!context.IsGiven(_radio))
        {
            return context.IsGiven(_port) ? throw VerbException.Usage("--web-port needs --radio") : null;
        }

        if (context.Get(_radio) is not string file)
        {
            return SimulatedNetwork.Defaults();
        }

        try
        {
            return NetworksJson.Read(File.ReadAllBytes(context.PathOf(file)));
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw VerbException.Usage($"--radio: '{file}': {e.Message}");
        }
    }

    /// <summary>Starts the hub's simulated network and the pages; null for a hub without a simulated radio. Errors: of the verb.</summary>
    public async Task<RadioServer?> StartAsync(CliContext context, HubSession session)
    {
        if (session.Simulated is not SimulatedRadio radio)
        {
            return null;
        }

        int port = context.Get(_port);
        try
        {
            RadioServer server = await RadioServer.StartAsync(radio, () => session.Light, WebFiles.Find(), port, session.Log);
            session.Hub.StartNetwork();
            string code = session.Hub.StartProvisioning(server.Address.ToString());
            context.Say($"provisioning page: {server.Address}");
            context.Say($"pairing code: {code}");
            return server;
        }
        catch (HubException e) when (e.Code == ErrorCode.ConnectFailed)
        {
            throw new VerbException(ExitCodes.Failed, "port_in_use", $"the provisioning page cannot be served on port {port} ({e.Message}): stop the program that uses it, or give another port with --web-port (0 for a free one)", null, e);
        }
    }
}
