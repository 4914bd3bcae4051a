namespace Hub.Core.Requests;

/// <summary>Hears of a request's answer. Thread: any of the hub's, that of whoever submitted it included; it must return soon.</summary>
public interface IRequestListener
{
    /// <summary>The request has its result or its error. Called exactly once for a submitted request.</summary>
    void Answered(HubRequest request);
}
