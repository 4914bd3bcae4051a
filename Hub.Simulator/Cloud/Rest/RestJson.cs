using System.IO;
using System.Text.Json.Serialization;
using Hub.Simulator.Cloud.Access;

namespace Hub.Simulator.Cloud.Rest;

/// <summary>How the types of the API are read and written: compiled, for native AOT.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Stream))]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(HealthAnswer))]
[JsonSerializable(typeof(HubList))]
[JsonSerializable(typeof(PrinterList))]
[JsonSerializable(typeof(CommandBody))]
[JsonSerializable(typeof(CommandDone))]
[JsonSerializable(typeof(TransferBody))]
[JsonSerializable(typeof(TransferItem))]
[JsonSerializable(typeof(TransferList))]
[JsonSerializable(typeof(HubItem[]))]
[JsonSerializable(typeof(TransferItem[]))]
[JsonSerializable(typeof(RequestBody))]
[JsonSerializable(typeof(RequestDone))]
[JsonSerializable(typeof(PrinterBody))]
[JsonSerializable(typeof(PrinterDone))]
[JsonSerializable(typeof(JobList))]
[JsonSerializable(typeof(EventList))]
[JsonSerializable(typeof(TemperatureList))]
[JsonSerializable(typeof(StatisticsAnswer))]
[JsonSerializable(typeof(WebhookList))]
[JsonSerializable(typeof(WebhookTested))]
[JsonSerializable(typeof(LoginBody))]
[JsonSerializable(typeof(ClaimBody))]
[JsonSerializable(typeof(ClaimDone))]
internal sealed partial class RestJson : JsonSerializerContext;
