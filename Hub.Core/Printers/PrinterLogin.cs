namespace Hub.Core.Printers;

/// <summary>Where the login of a new printer comes from.</summary>
public enum PrinterLogin
{
    /// <summary>Most of its servers ask for none; an API key or a user and password may be given.</summary>
    Optional = 0,

    /// <summary>The server grants an API key when its user clicks Allow.</summary>
    AppKey = 1,

    /// <summary>The user copies an API key, or a user and password, from the server.</summary>
    ApiKey = 2,

    /// <summary>The user reads an access code from the printer's screen.</summary>
    AccessCode = 3,
}
