using System.Text;
using Hub.Tests.Json;

namespace Hub.Tests;

/// <summary>Our own full reports as portable tests see them; on the board they are constants (Hub.Tests/Nano).</summary>
internal static class SampleReports
{
    public static string BambuP1 => Encoding.UTF8.GetString(JsonSamples.Report("bambu-p1"));

    public static string BambuX1 => Encoding.UTF8.GetString(JsonSamples.Report("bambu-x1"));

    public static string BambuH2 => Encoding.UTF8.GetString(JsonSamples.Report("bambu-h2"));
}
