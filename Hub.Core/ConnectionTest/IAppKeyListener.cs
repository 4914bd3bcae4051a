namespace Hub.Core.ConnectionTest;

/// <summary>Hears when a person has to click Allow. Thread: the one that runs the <see cref="AppKeysFlow"/>.</summary>
public interface IAppKeyListener
{
    /// <summary>OctoPrint now shows the request.</summary>
    /// <param name="address">Where, such as "http://octopi.local".</param>
    /// <param name="appName">Who asks, as OctoPrint shows it.</param>
    void ClickAllow(string address, string appName);
}
