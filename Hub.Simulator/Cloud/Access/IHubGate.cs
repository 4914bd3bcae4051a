using System.Threading.Tasks;

namespace Hub.Simulator.Cloud.Access;

/// <summary>Decides which hubs may connect. Thread: any, several at once.</summary>
internal interface IHubGate
{
    /// <summary>Judges a hello. Called for every one, also when the hub repeats it on the same connection. Throws nothing.</summary>
    ValueTask<HubVerdict> JudgeAsync(HubGreeting greeting);

    /// <summary>A connection that was pending is gone.</summary>
    void Gone(HubGreeting greeting);
}
