//! TLS as libpq's `sslmode` means it: `prefer` and `require` encrypt, `verify-ca` and `verify-full` also know
//! whom they talk to.
use crate::error::LiveError;
use postgres::{Client, Config, NoTls, config::SslMode};
use rustls::{
    ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject},
};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_postgres_rustls::MakeRustlsConnect;

/// Connects with what `sslmode` asks for. Through a socket of the same machine nothing is encrypted, as with
/// libpq. The outer error is one of the address, the inner the server's.
pub fn connect(
    config: &mut Config,
    parameters: &BTreeMap<String, String>,
    local: bool,
) -> Result<Result<Client, postgres::Error>, LiveError> {
    let mode = parameters.get("sslmode").map_or("prefer", String::as_str);
    let (ssl, verify) = match mode {
        "disable" => (SslMode::Disable, Verify::Nothing),
        // `allow` would try without encryption first; with it first is never worse.
        "allow" | "prefer" => (SslMode::Prefer, Verify::Nothing),
        "require" => (SslMode::Require, Verify::Nothing),
        "verify-ca" => (SslMode::Require, Verify::Authority),
        "verify-full" => (SslMode::Require, Verify::Name),
        other => {
            return Err(LiveError::Address {
                why: format!("sslmode cannot be `{other}`"),
                help: "Use disable, prefer, require, verify-ca or verify-full.".into(),
            });
        }
    };
    if local || ssl == SslMode::Disable {
        return Ok(config.ssl_mode(SslMode::Disable).connect(NoTls));
    }
    config.ssl_mode(ssl);
    Ok(config.connect(MakeRustlsConnect::new(client(parameters, verify)?)))
}

/// What of the server's certificate is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verify {
    /// Nothing: the connection is encrypted, with whomever.
    Nothing,
    /// That an authority we trust signed it.
    Authority,
    /// Also that it is for this host.
    Name,
}

fn client(parameters: &BTreeMap<String, String>, verify: Verify) -> Result<ClientConfig, LiveError> {
    let provider = Arc::new(ring::default_provider());
    let said = parameters.get("sslrootcert").map(String::as_str);
    let usual = usual_file("root.crt");
    let roots = match said {
        Some("system") => Some(Roots::System),
        Some(path) => Some(Roots::File(path.into())),
        None => usual.filter(|p| p.is_file()).map(Roots::File),
    };
    // As libpq: a root certificate that is there is used, even where nothing asked for it.
    let verify = if verify == Verify::Nothing && roots.is_some() { Verify::Authority } else { verify };
    let known: Arc<dyn ServerCertVerifier> = match (verify, roots) {
        (Verify::Nothing, _) => Arc::new(Lenient { authority: None, provider: provider.clone() }),
        (_, None) => {
            return Err(LiveError::Address {
                why: "sslmode asks to verify the server, and there is no root certificate to verify it with".into(),
                help: "Name one with sslrootcert=FILE, use the machine's own with sslrootcert=system, or put it into \
                       ~/.postgresql/root.crt."
                    .into(),
            });
        }
        (verify, Some(roots)) => {
            let inner = WebPkiServerVerifier::builder_with_provider(Arc::new(roots.read()?), provider.clone())
                .build()
                .map_err(|e| wrong("the root certificate", &e.to_string()))?;
            match verify {
                Verify::Name => inner,
                _ => Arc::new(Lenient { authority: Some(inner), provider: provider.clone() }),
            }
        }
    };
    let building = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| wrong("TLS", &e.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(known);
    let Some(certificate) = parameters.get("sslcert") else {
        return Ok(building.with_no_client_auth());
    };
    let chain = certificates(Path::new(certificate))?;
    let key = parameters.get("sslkey").ok_or_else(|| wrong("sslcert", "it needs its key: name it with sslkey"))?;
    let key = PrivateKeyDer::from_pem_file(key).map_err(|e| wrong(key, &e.to_string()))?;
    building.with_client_auth_cert(chain, key).map_err(|e| wrong(certificate, &e.to_string()))
}

enum Roots {
    System,
    File(PathBuf),
}

impl Roots {
    fn read(self) -> Result<RootCertStore, LiveError> {
        let mut store = RootCertStore::empty();
        let (found, from) = match self {
            Roots::System => (rustls_native_certs::load_native_certs().certs, "the machine's own roots".to_string()),
            Roots::File(path) => (certificates(&path)?, path.display().to_string()),
        };
        store.add_parsable_certificates(found);
        if store.is_empty() { Err(wrong(&from, "no certificate is in it")) } else { Ok(store) }
    }
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, LiveError> {
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect);
    read.map_err(|e| wrong(&path.display().to_string(), &e.to_string()))
}

fn usual_file(name: &str) -> Option<PathBuf> {
    Some(PathBuf::from(std::env::var_os("HOME")?).join(".postgresql").join(name))
}

fn wrong(what: &str, why: &str) -> LiveError {
    LiveError::Address {
        why: format!("{what} cannot be used: {why}"),
        help: "Give certificates and keys as PEM files that this user may read.".into(),
    }
}

/// Takes what libpq takes below `verify-full`: any certificate (sslmode `prefer` and `require`), or one of a trusted
/// authority for any name (`verify-ca`). Its key must still be the one that signed.
#[derive(Debug)]
struct Lenient {
    /// Who knows the trusted authorities; none takes any certificate.
    authority: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Lenient {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        chain: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        use rustls::CertificateError::{NotValidForName, NotValidForNameContext};
        let Some(authority) = &self.authority else { return Ok(ServerCertVerified::assertion()) };
        match authority.verify_server_cert(certificate, chain, name, ocsp, now) {
            // The name is looked at last, so the chain was found good.
            Err(rustls::Error::InvalidCertificate(NotValidForName | NotValidForNameContext { .. })) => {
                Ok(ServerCertVerified::assertion())
            }
            other => other,
        }
    }
    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }
    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }
    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
