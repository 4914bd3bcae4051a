using System.IO;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hub.Simulator.Cloud.Access;

namespace Hub.Simulator.Hosting;

/// <summary>
/// How other programs of the same user reach the cloud that runs on a data folder: a file that only this user can read, while it runs.
/// </summary>
internal sealed partial class CloudRunFile
{
    private const string Name = "cloud.run";

    /// <summary>The cloud's address on this machine.</summary>
    [JsonPropertyName("url")]
    public required string Url { get; init; }

    /// <summary>The certificate to trust, in PEM; null for the operating system's authorities, or where there is no TLS.</summary>
    [JsonPropertyName("ca")]
    public string? Ca { get; init; }

    /// <summary>A token that is good on this machine while the cloud runs; null where none is needed.</summary>
    [JsonPropertyName("token")]
    public string? Token { get; init; }

    /// <summary>The folder of the cloud's own files in a data folder.</summary>
    public static string FolderOf(string dataFolder) => Path.Combine(dataFolder, "cloud");

    /// <summary>Reads it; null when no cloud runs on the data folder. One that was killed leaves its file.</summary>
    public static CloudRunFile? Read(string dataFolder)
    {
        try
        {
            string? text = Directory.Exists(FolderOf(dataFolder)) ? new PrivateFiles(FolderOf(dataFolder)).Read(Name) : null;
            return text == null ? null : JsonSerializer.Deserialize(text, RunFileJson.Default.CloudRunFile);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes it. Errors: IOException.</summary>
    public void Write(string dataFolder) => new PrivateFiles(FolderOf(dataFolder)).Write(Name, JsonSerializer.Serialize(this, RunFileJson.Default.CloudRunFile));

    /// <summary>The cloud ends.</summary>
    public static void Delete(string dataFolder) => new PrivateFiles(FolderOf(dataFolder)).Delete(Name);

    [JsonSerializable(typeof(CloudRunFile))]
    private sealed partial class RunFileJson : JsonSerializerContext;
}
