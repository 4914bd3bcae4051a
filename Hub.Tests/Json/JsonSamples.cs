using System.IO;
using System.Reflection;
using System.Text;
using Hub.Core.Text;

namespace Hub.Tests.Json;

/// <summary>Documents that the tests start from: our own reports, as built into the simulator, and small messages.</summary>
internal static class JsonSamples
{
    public static readonly string[] ReportNames = ["bambu-p1", "bambu-x1", "bambu-h2"];

    public static readonly string[] Messages =
    [
        """{"print":{"command":"push_status","msg":1,"mc_percent":43,"nozzle_temper":219.875,"wifi_signal":"-51dBm"}}""",
        """{ "state" : { "text":"Printing", "flags":{"printing":true,"error":false} }, "job" : null, "progress":{"completion":12.5e0} }""",
        """[1,-2,3.25,1e5,"\u00e4\"\\",true,false,null,[],{},[[{"a":[{}]}]]]""",
        """{"jsonrpc":"2.0","method":"notify_status_update","params":[{"extruder":{"temperature":-0.01}},1234567.125]}""",
        "\"only a text\"",
    ];

    public static byte[] Report(string name)
    {
        using Stream stream = Assembly.Load("Hub.Simulator").GetManifestResourceStream($"reports/{name}.json")!;
        using MemoryStream copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
