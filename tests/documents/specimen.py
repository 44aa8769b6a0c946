"""The content of one certificate of Utopia, which several tests share. Nobody is meant by it."""

RECORD = {
    "certificate": "UTO-B-7K3F-9Q2M",
    "entry": "1990/0123",
    "event": "birth",
    "event_date": "1990-05-12",
    "registered": "1990-05-30",
    "issued": "2024-03-01",
    "office": "Utopia City",
    "name": "ERIKSSON ANNA MARIA",
    "name_native": "สมหญิง",
    "sex": "F",
}
