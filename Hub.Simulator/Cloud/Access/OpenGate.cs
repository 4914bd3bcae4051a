using System.Threading.Tasks;

namespace Hub.Simulator.Cloud.Access;

/// <summary>Welcomes every hub: a cloud that only this machine can reach.</summary>
internal sealed class OpenGate : IHubGate
{
    public ValueTask<HubVerdict> JudgeAsync(HubGreeting greeting) => ValueTask.FromResult(HubVerdict.Welcome);

    public void Gone(HubGreeting greeting)
    {
    }
}
